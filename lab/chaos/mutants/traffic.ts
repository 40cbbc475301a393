import { ROLLOUT_HANDLERS } from '../../../lib/handlers';
import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { type SdkOutput, instead, type Intercepted, intercepting, sortKeyOf, without } from './intercept';
import type { Mutant } from '../world/mutant';

const RESTORERS = ['restore-blue', 'safety-net', 'reconcile'] as const;

/** What is broken about the alias, and about who puts it right. */
export const TRAFFIC_MUTANTS: readonly Mutant[] = [
  {
    name: 'no RevisionId',
    breaks: 'UpdateAlias overwrites whatever the alias says by then',
    family: 'hands',
    skipRuns: 367,
    handlers: () =>
      intercepting(
        ROLLOUT_HANDLERS,
        () =>
          ({ name, input, send }) =>
            name === 'UpdateAlias' ? send(without(input, 'RevisionId')) : send(),
      ),
  },
  {
    name: 'hands go unseen',
    breaks:
      'a rollout takes the alias for its own while its traffic looks alike, also where a person wrote it meanwhile',
    family: 'hands',
    handlers: () => intercepting(ROLLOUT_HANDLERS, withoutRevisions),
  },
  {
    name: 'promotion in two writes',
    breaks: 'first the weights go, then the version changes',
    skipRuns: 6,
    handlers: () =>
      intercepting(['promote-green'], () => async ({ name, input, send }) => {
        if (name !== 'UpdateAlias') return send();
        const { RevisionId } = await send(without(input, 'FunctionVersion'));
        return send({ ...input, RevisionId });
      }),
  },
  {
    name: 'no safety net',
    breaks: 'nothing happens when an execution ends from outside',
    skipRuns: 5,
    handlers: () => instead('safety-net', async () => 'nothing to do'),
  },
  {
    name: 'no reconciler',
    breaks: 'weights without an owner are not looked for',
    handlers: () => instead('reconcile', async () => []),
  },
  {
    name: 'restore ignores the phase',
    breaks: 'a promoted green counts as one that never had users',
    skipRuns: 18,
    handlers: () => ({
      ...intercepting(['safety-net', 'reconcile'], () => forgetPhase),
      'restore-blue': (...parts) => {
        const create = intercepting(['restore-blue'], () => forgetPhase)['restore-blue'];
        const usual = create?.(...parts);
        return async (event) => usual?.(beforeTraffic(event));
      },
    }),
  },
  {
    name: 'record closed before the restore',
    breaks: 'blue is put back only after the record says that it was',
    handlers: () => intercepting(RESTORERS, restoreAfterClosing),
  },
  {
    name: 'green not verified, nor awaited',
    breaks: 'a version is used while Lambda still prepares it',
    handlers: () => ({
      ...intercepting(['deploy-green'], () => async ({ name, send }) => {
        const answer = await send();
        if (name !== 'GetFunction') return answer;
        return { ...answer, Configuration: { ...(answer['Configuration'] as SdkOutput), State: 'Active' } };
      }),
      ...instead('verify-green', async (event) => {
        const state = event as RolloutState;
        const canary = state.blue.model !== undefined && state.plan.steps.length > 0;
        return { ...state, next: state.plan.dryRun ? 'discard' : canary ? 'canary' : 'promote' };
      }),
    }),
  },
];

/** The alias seems to have the revision that was read or written first, and is written whatever it has. */
function withoutRevisions() {
  const known = new Map<unknown, unknown>();
  return async ({ name, input, send }: Intercepted): Promise<SdkOutput> => {
    if (name !== 'GetAlias' && name !== 'UpdateAlias') return send();
    const answer = await send(name === 'UpdateAlias' ? without(input, 'RevisionId') : input);
    const function_ = input['FunctionName'];
    if (name === 'UpdateAlias' || !known.has(function_)) known.set(function_, answer['RevisionId']);
    return { ...answer, RevisionId: known.get(function_) };
  };
}

/** The record that a restore reads never says how far the rollout had got. */
async function forgetPhase(call: Intercepted): Promise<SdkOutput> {
  const answer = await call.send();
  const item = answer['Item'] as { readonly state?: string } | undefined;
  if (call.name !== 'Get' || !sortKeyOf(call).startsWith('RECORD#') || item?.state === undefined) return answer;
  return { ...answer, Item: { ...item, state: item.state.replace('"phase":"promoted"', '"phase":"canary"') } };
}

function beforeTraffic(event: unknown): unknown {
  const { state, ...rest } = event as { readonly state?: SdkOutput };
  return { ...rest, state: state && 'phase' in state ? { ...state, phase: 'canary' } : state };
}

function restoreAfterClosing() {
  const waiting: (() => Promise<SdkOutput>)[] = [];
  return async (call: Intercepted): Promise<SdkOutput> => {
    const { name, input, send } = call;
    if (name === 'UpdateAlias') {
      waiting.push(send);
      const { FunctionVersion, RoutingConfig } = input;
      return { FunctionVersion, RoutingConfig, RevisionId: 'later' };
    }
    if (name === 'GetAlias') waiting.length = 0;
    const answer = await send();
    const puts = (input['TransactItems'] ?? []) as readonly { readonly Put?: { readonly Item?: SdkOutput } }[];
    const closes = name === 'TransactWrite' && puts.some(({ Put }) => Put?.Item?.['status'] === 'ended');
    if (closes) for (const write of waiting.splice(0)) await write();
    return answer;
  };
}
