import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { type SdkOutput, instead, type Intercepted, intercepting, sortKeyOf, without } from './intercept';
import type { Mutant } from '../world/mutant';

const RESTORERS = ['restore-blue', 'safety-net', 'reconcile'] as const;

/** What is broken about the app's answer to the world: silence, deploys, throttles, lost events, alarms. */
export const OUTSIDE_MUTANTS: readonly Mutant[] = [
  {
    name: 'restored in words alone',
    breaks: 'a restore records what it meant to write, and does not look at what is so',
    handlers: () => intercepting(RESTORERS, asIfWritten),
  },
  {
    name: 'silence is good',
    breaks: 'a watch that gets no numbers ends well',
    family: 'silence',
    handlers: () =>
      instead('judge-live', async (event, usual) =>
        usual(event).catch((error: unknown) => {
          if (error instanceof Error && error.name === 'MetricsUnavailable')
            return { ...(event as object), next: 'finish' };
          throw error;
        }),
      ),
  },
  {
    name: 'deploys take what they like',
    breaks: 'no one asks whether an endpoint that a deploy takes away is in use',
    family: 'deploys',
    handlers: () =>
      intercepting(
        ['live-alias'],
        () => async (call) => (call.name === 'Get' && ['LOCK', 'LIVE'].includes(sortKeyOf(call)) ? {} : call.send()),
      ),
  },
  {
    name: 'a swap takes nothing away',
    breaks: 'a deploy may have an endpoint served by the function of another, whatever is live or runs',
    family: 'deploys',
    skipRuns: 62,
    handlers: () => intercepting(['live-alias'], unawareOfFunctions),
  },
  {
    name: 'policies are everywhere at once',
    breaks: 'a deploy ends where a right that came with it is not there for its first seconds',
    skipRuns: 20,
    handlers: () =>
      intercepting(
        ['live-alias'],
        () => async (call) =>
          call.send().catch((error: unknown) => {
            const isDenied = error instanceof Error && error.name.startsWith('AccessDenied');
            throw isDenied ? Object.assign(new Error(error.message), { name: 'ServiceException' }) : error;
          }),
      ),
  },
  {
    name: 'a loading environment is a broken one',
    breaks: 'an environment that has not loaded the model yet counts against the model',
    skipRuns: 6,
    handlers: () =>
      intercepting(['verify-green', 'replay-traffic'], () => async (call) => {
        const answer = await call.send();
        const text = Buffer.from((answer['Payload'] as Uint8Array | undefined) ?? []).toString();
        const Payload = Buffer.from(text.replaceAll(LOADING, LOADING.replace('ModelLoading', 'ModelUnloadable')));
        return call.name === 'Invoke' && text.includes(LOADING) ? { ...answer, Payload } : answer;
      }),
  },
  {
    name: 'callers are told everything',
    breaks: 'who asks the live alias is told where the model is stored',
    server: { tells: ({ message }) => message },
  },
  {
    name: 'throttles are errors like any other',
    breaks: 'the state machine has no retrier of its own for throttles',
    template: (text) => text.replace(/\{\\"ErrorEquals\\":\[\\"TooManyRequestsException\\"[^\]]*\],[^}]*\},/g, ''),
  },
  {
    name: 'lost uploads stay lost',
    breaks: 'uploads whose event never came are not looked for',
    handlers: () =>
      intercepting(
        ['reconcile'],
        () => async (call) => (call.name === 'ListObjectVersions' ? { Versions: [] } : call.send()),
      ),
  },
  {
    name: 'a dead blue is not noted',
    breaks: 'a green whose blue answers nothing gets a canary that can prove nothing',
    handlers: () =>
      instead('verify-green', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        const { silent, ...blue } = state.blue;
        return silent === undefined || state.plan.steps.length === 0 ? state : { ...state, blue, next: 'canary' };
      }),
  },
  {
    name: 'alarms may not publish',
    breaks: "the topic's policy lets CloudWatch deliver nothing",
    template: (text) => text.replaceAll('"cloudwatch.amazonaws.com"', '"codestar.amazonaws.com"'),
  },
  {
    name: 'an alarm that rings on its first day',
    breaks: 'the alarm of a reconciler that runs no more takes the time before its first run for silence',
    template: (text) => text.replaceAll('"TreatMissingData":"missing"', '"TreatMissingData":"breaching"'),
  },
];

/** Which function serves an endpoint is not known, and whether it is in use not asked where it gets another. */
function unawareOfFunctions() {
  let asksOfAll = false;
  return async (call: Intercepted): Promise<SdkOutput> => {
    if (call.name === 'Query') {
      asksOfAll = true;
      const answer = await call.send();
      const items = (answer['Items'] ?? []) as readonly { readonly config?: string }[];
      const known = items.map((item) => ({
        ...item,
        config: JSON.stringify(without(JSON.parse(item.config ?? '{}') as SdkOutput, 'servedBy')),
      }));
      return { ...answer, Items: known };
    }
    if (call.name !== 'Get') return call.send();
    // Of the endpoint that moves this is asked before the lock.
    if (sortKeyOf(call) === 'LIVE') asksOfAll = false;
    const isItself = ['LIVE', 'LOCK'].includes(sortKeyOf(call)) && !asksOfAll;
    return isItself ? {} : call.send();
  };
}

/** In a body that is text in a payload. */
const LOADING = String.raw`\"code\":\"ModelLoading\"`;

/** Writes of the alias are made up, and what is read back is what was made up. */
function asIfWritten() {
  const written = new Map<unknown, SdkOutput>();
  return async (call: Intercepted): Promise<SdkOutput> => {
    const { FunctionName, FunctionVersion, RoutingConfig, Description } = call.input;
    const before = written.get(FunctionName);
    if (call.name === 'GetAlias' && before) return before;
    if (call.name !== 'UpdateAlias') return call.send();
    const after = { FunctionVersion, RoutingConfig, Description, RevisionId: 'made-up' };
    written.set(FunctionName, after);
    return after;
  };
}
