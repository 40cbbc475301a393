import { InsufficientEvidence, PreflightFailed } from '../../contract/errors';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../contract/metric-names';
import { LIVE_ALIAS } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import { floorMinute, isoTime } from '../../domain/minutes';
import type { MinuteOfCalls } from '../../adapters/cloudwatch/function-calls';
import type { Adapters } from '../../adapters/adapters';

/** Tests of earlier rollouts call versions directly and take a minute or two each; callers come in more minutes than that. */
const MINUTES_OF_CALLERS = 5;

/**
 * Why the judge would see no request of blue: its requests are not counted where it looks, callers pass the alias by, or
 * there are no calls. Answers what there is to note. Throws PreflightFailed or InsufficientEvidence.
 */
export async function whoCalledInstead(
  ports: Pick<Adapters, 'functionCalls'>,
  state: RolloutState,
  from: number,
  until: number,
): Promise<string> {
  const { functionName, settings } = state.config;
  const { then } = settings.onInsufficientEvidence;
  const all = await minutesOfCalls(ports, functionName, floorMinute(from), until);
  const none = `blue (version ${state.blue.version}) had 0 requests through the alias "${LIVE_ALIAS}" in the hour before`;
  if (all === undefined)
    return `the judge finds no request of blue in the hour before; who called, CloudWatch did not say`;
  const live = sum(all.map(({ throughLive }) => throughLive));
  if (live > 0) return uncounted(state, live);
  if (all.length >= MINUTES_OF_CALLERS) {
    throw new PreflightFailed(
      `callers bypass the alias "${LIVE_ALIAS}": ${none}, while the function ${functionName} had ${sum(all.map(({ calls }) => calls))} in ${all.length} minutes. No weight reaches them and the judge does not see them. Let them call ${functionName}:${LIVE_ALIAS}, or the URL of that alias`,
    );
  }
  if (then !== 'abort') return `${none}; onInsufficientEvidence says "${then}" if it stays so`;
  throw new InsufficientEvidence(
    `${none}, and a canary without traffic proves nothing. Send traffic first; or roll out with "strategy": "AllAtOnce"; or set onInsufficientEvidence.then to "hold" or "promote"`,
  );
}

/** Blue was called, and no minute of it is complete: what the model server counts is not where the judge looks. */
function uncounted(state: RolloutState, live: number): string {
  const { settings, builtIn } = state.config;
  const { endpoint, version } = METRIC_DIMENSIONS;
  const missing = builtIn
    ? `metric ${METRICS.modelErrors} (failures of the model) in ${METRIC_NAMESPACE} under ${endpoint}=${settings.name}, ${version}=${state.blue.version}`
    : 'durations or counts of them';
  const what = `the alias "${LIVE_ALIAS}" had ${live} requests in the hour before, but no minute of blue is complete: ${missing} is missing`;
  if (settings.onInsufficientEvidence.then !== 'abort') return what;
  throw new PreflightFailed(
    `${what}, so the judge could count nothing. Does the function's log reach CloudWatch, and does blue run the app's own server? Once they do, roll out again; or roll out with "strategy": "AllAtOnce"`,
  );
}

async function minutesOfCalls(
  { functionCalls }: Pick<Adapters, 'functionCalls'>,
  functionName: string,
  from: number,
  until: number,
): Promise<readonly MinuteOfCalls[] | undefined> {
  try {
    const read = await functionCalls.callsPerMinute(functionName, isoTime(from), isoTime(until));
    return read === 'unavailable' ? undefined : read;
  } catch {
    return undefined; // no answer is no refusal; the judge asks again
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
