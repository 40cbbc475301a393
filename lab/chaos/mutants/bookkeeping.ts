import { ROLLOUT_HANDLERS } from '../../../lib/handlers';
import { isDeepStrictEqual } from 'node:util';
import {
  type SdkOutput,
  instead,
  type Intercepted,
  intercepting,
  sortKeyOf,
  UNCONDITIONAL,
  without,
} from './intercept';
import type { Mutant } from '../world/mutant';

/** What is broken about locks, uploads, records, roles and errors. */
export const BOOKKEEPING_MUTANTS: readonly Mutant[] = [
  {
    name: 'no fencing',
    breaks:
      'a step goes on although its execution owns the endpoint no longer, and a restore leaves the revision as it was',
    skipRuns: 405,
    handlers: () => intercepting(ROLLOUT_HANDLERS, withoutFence),
  },
  {
    name: 'lock that anyone may take',
    breaks: 'a rollout starts although another one runs',
    skipRuns: 182,
    handlers: () =>
      intercepting(
        ROLLOUT_HANDLERS,
        () => (call) =>
          call.name === 'Put' && sortKeyOf(call) === 'LOCK'
            ? call.send(without(call.input, ...UNCONDITIONAL))
            : call.send(),
      ),
  },
  {
    name: 'teardown without guard',
    breaks: 'what was live, and when, is not asked before a version is deleted',
    skipRuns: 6,
    handlers: () =>
      intercepting(['teardown-idle'], () => async (call) => {
        const answer = await call.send();
        // Without any item it would wait for the reconciler to write one.
        if (call.name !== 'Get' || sortKeyOf(call) !== 'LIVE' || answer['Item'] === undefined) return answer;
        return { ...answer, Item: { ...(answer['Item'] as object), periods: [], takenBack: [] } };
      }),
  },
  {
    name: 'duplicates not recognised',
    breaks: 'a second event for the same upload starts a second rollout',
    handlers: () =>
      intercepting(['start-rollout'], () => {
        const seen = new Map<unknown, number>();
        return async (call) => {
          if (call.name === 'Get' && sortKeyOf(call).startsWith('UPLOAD#')) return {};
          if (call.name !== 'StartExecution') return call.send();
          const { name } = call.input;
          seen.set(name, (seen.get(name) ?? 0) + 1);
          return call.send({ ...call.input, name: seen.get(name) === 1 ? name : `${String(name)}-${seen.get(name)}` });
        };
      }),
  },
  {
    name: 'events trusted out of order',
    breaks: 'whichever upload is heard of last waits, and the other is forgotten',
    handlers: () =>
      intercepting(['start-rollout'], () => async (call) => {
        if (sortKeyOf(call) !== 'WAITING') return call.send();
        return call.name === 'Get' ? {} : call.send(without(call.input, ...UNCONDITIONAL));
      }),
  },
  {
    name: 'late uploads roll back',
    breaks: 'an upload whose event comes late is rolled out over a newer one',
    family: 'crowd',
    skipRuns: 2,
    handlers: () =>
      intercepting(
        ROLLOUT_HANDLERS,
        () => async (call) => (call.name === 'Get' && sortKeyOf(call) === 'STARTED' ? {} : call.send()),
      ),
  },
  {
    name: 'waiting upload forgotten',
    breaks: 'the upload that waits is not started',
    handlers: () =>
      intercepting(
        ['finish-rollout', 'restore-blue', 'safety-net', 'reconcile'],
        () => async (call) => (call.name === 'Get' && sortKeyOf(call) === 'WAITING' ? {} : call.send()),
      ),
  },
  {
    name: 'refusals in silence',
    breaks: 'an upload that starts nothing leaves no record and no notice',
    handlers: () =>
      intercepting(['start-rollout'], () => async (call) => (call.name === 'TransactWrite' ? {} : call.send())),
  },
  {
    name: 'a right is missing',
    breaks: 'no role allows to write the environment of green',
    template: (text) => text.replaceAll('"lambda:UpdateFunctionConfiguration"', '"lambda:ListLayers"'),
  },
  {
    name: 'errors lose their names',
    breaks: 'what verification finds is thrown as a plain Error',
    handlers: () =>
      instead('verify-green', async (event, usual) =>
        usual(event).catch((error: unknown) => {
          throw new Error(String(error));
        }),
      ),
  },
];

/** The lock's refusal counts for nothing, and a write that would change nothing but the alias' revision is not made. */
function withoutFence() {
  let alias: SdkOutput = {};
  const weights = (of: unknown) =>
    (of as { AdditionalVersionWeights?: object } | undefined)?.AdditionalVersionWeights ?? {};
  return async (call: Intercepted): Promise<SdkOutput> => {
    const { name, input } = call;
    if (name === 'GetAlias') return (alias = await call.send());
    const changes =
      input['FunctionVersion'] !== alias['FunctionVersion'] ||
      !isDeepStrictEqual(weights(input['RoutingConfig']), weights(alias['RoutingConfig']));
    if (name === 'UpdateAlias' && !changes) return alias;
    if (name !== 'Update' || sortKeyOf(call) !== 'LOCK') return call.send();
    return call.send().catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return {};
      throw error;
    });
  };
}
