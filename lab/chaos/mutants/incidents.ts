import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { appHandlers } from '../../../simulator/app/handlers';
import { type SdkOutput, instead, intercepting, sortKeyOf, without } from './intercept';
import type { Mutant } from '../world/mutant';

type LiveItem = { readonly periods?: readonly { readonly version: string; readonly model?: unknown }[] };
const RESTORERS = ['restore-blue', 'safety-net', 'reconcile'] as const;

/** What is broken about incidents: a dead live model, deleted things, silence, crowds, hands. */
export const INCIDENT_MUTANTS: readonly Mutant[] = [
  {
    name: 'blue must answer',
    breaks: 'a rollout, and a rollback too, ends when the live version does not answer',
    handlers: () => ({
      'verify-green': (clients = {}, ...rest) => {
        const usual = appHandlers['verify-green'](clients, ...rest);
        return async (event) => {
          const { blue, config } = event as RolloutState;
          const command = new InvokeCommand({
            FunctionName: config.functionName,
            Qualifier: blue.version,
            Payload: Buffer.from(READY),
          });
          const { FunctionError, Payload } = blue.model ? await clients.lambda!.send(command) : {};
          const { statusCode = 200 } = JSON.parse(Buffer.from(Payload ?? []).toString() || '{}') as {
            statusCode?: number;
          };
          if (FunctionError !== undefined || statusCode !== 200)
            throw Object.assign(new Error(`version ${blue.version} does not answer`), { name: 'GreenUnhealthy' });
          return usual(event);
        };
      },
    }),
  },
  {
    name: 'history of one',
    breaks: 'only the newest period of what was live is kept, so that what is older counts as never live',
    skipRuns: 6,
    handlers: () =>
      intercepting(['promote-green', ...RESTORERS], () => async (call) => {
        const item = call.input['Item'] as { readonly periods?: readonly unknown[] } | undefined;
        if (call.name !== 'Put' || sortKeyOf(call) !== 'LIVE' || item?.periods === undefined) return call.send();
        return call.send({ ...call.input, Item: { ...item, periods: item.periods.slice(0, 1) } });
      }),
  },
  {
    name: 'order of the events',
    breaks: 'of two uploads within a second the one whose event comes first counts as the older',
    family: 'crowd',
    skipRuns: 17,
    handlers: () =>
      instead('start-rollout', async (event, usual) => {
        const { detail } = event as { readonly detail?: { readonly object?: SdkOutput } };
        if (detail?.object === undefined) return usual(event);
        return usual({ ...(event as object), detail: { ...detail, object: without(detail.object, 'sequencer') } });
      }),
  },
  {
    name: 'uploads choose freely',
    breaks: 'metadata of an upload may skip the canary',
    family: 'crowd',
    skipRuns: 12,
    handlers: () =>
      intercepting(['start-rollout', 'validate-model'], () => async (call) => {
        const { Item } = (await call.send()) as { readonly Item?: { readonly config?: string } };
        if (call.name !== 'Get' || Item?.config === undefined) return Item === undefined ? call.send() : { Item };
        const config = JSON.parse(Item.config) as { readonly settings: object };
        return {
          Item: {
            ...Item,
            config: JSON.stringify({ ...config, settings: { ...config.settings, uploadsMayChoose: 'anything' } }),
          },
        };
      }),
  },
  {
    name: 'dry runs of uploads are ignored',
    breaks: 'an upload that asks for a dry run goes live',
    family: 'crowd',
    skipRuns: 6,
    handlers: () =>
      intercepting(['start-rollout'], () => async (call) => {
        const answer = await call.send();
        const Metadata = without((answer['Metadata'] ?? {}) as SdkOutput, 'dryrun');
        return call.name === 'HeadObject' ? { ...answer, Metadata } : answer;
      }),
  },
  {
    name: 'objects last for ever',
    breaks: 'a green whose object was deleted in its canary is promoted',
    family: 'deletions',
    handlers: () =>
      intercepting(
        ['promote-green'],
        () => async (call) =>
          call.service === 's3' ? { Body: { transformToByteArray: async () => Buffer.alloc(1) } } : call.send(),
      ),
  },
  {
    name: 'ready is good enough',
    breaks: 'a first model that fails every request of the warm-up is promoted',
    family: 'first models',
    handlers: () =>
      intercepting(['verify-green'], () => async (call) => {
        const answer = await call.send();
        if (
          call.name !== 'Invoke' ||
          !Buffer.from((call.input['Payload'] as Uint8Array | undefined) ?? [])
            .toString()
            .includes('/infer')
        )
          return answer;
        const said = JSON.parse(
          Buffer.from((answer['Payload'] as Uint8Array | undefined) ?? []).toString() || 'null',
        ) as { readonly statusCode?: number } | null;
        if (said?.statusCode !== 500) return answer;
        const body = JSON.stringify({
          model_name: 'm',
          model_version: '1',
          outputs: [{ name: 'label', datatype: 'INT64', shape: [1], data: [0] }],
        });
        return { ...answer, Payload: Buffer.from(JSON.stringify({ ...said, statusCode: 200, body })) };
      }),
  },
  {
    name: 'back to whatever was live before',
    breaks: 'a rollback goes to the newest other version that was live, also when it was taken back a minute ago',
    family: 'hands',
    skipRuns: 11,
    handlers: () => ({
      'validate-model': (clients = {}, ...rest) => {
        const usual = appHandlers['validate-model'](clients, ...rest);
        return async (event) => {
          const { input } = event as {
            readonly input: { readonly action?: string; readonly to?: string; readonly endpoint?: string };
          };
          if (input.action !== 'rollback' || input.to !== undefined || input.endpoint === undefined)
            return usual(event);
          const [TableName, Key] = [
            rest[0]?.['GREENLIGHT_TABLE'] ?? '',
            { pk: `ENDPOINT#${input.endpoint}`, sk: 'LIVE' },
          ];
          const item = (await clients.dynamodb!.send(new GetCommand({ TableName, Key }))).Item as LiveItem | undefined;
          const [live] = item?.periods ?? [];
          const other = item?.periods?.find(({ version, model }) => version !== live?.version && model !== undefined);
          return usual(other === undefined ? event : { ...(event as object), input: { ...input, to: other.version } });
        };
      },
    }),
  },
];

const READY = JSON.stringify({
  ...{ version: '2.0', routeKey: '$default', rawPath: '/v2/health/ready', rawQueryString: '', headers: {} },
  requestContext: { http: { method: 'GET', path: '/v2/health/ready', protocol: 'HTTP/1.1' }, timeEpoch: 0 },
  isBase64Encoded: false,
});
