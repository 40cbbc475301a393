import { InsufficientEvidence, PreflightFailed } from '../../contract/errors';
import { LIVE_ALIAS } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import type { Baseline } from '../../domain/judge/evidence';
import { floorMinute, isoTime, MINUTE_MS, settledUntil } from '../../domain/minutes';
import type { MinuteOfCalls } from '../../ports/function-calls';
import type { Ports } from '../../ports/ports';
import { patientEvidence } from '../judging/patient-evidence';
import { readBaseline } from '../judging/read-baseline';
import { gatesWithoutData } from './gates-without-data';

type Needs = Pick<Ports, 'clock' | 'evidence' | 'functionCalls' | 'liveModels'>;

const HOUR_MS = 60 * MINUTE_MS;
/** What a blue that is younger lacks may only not have come yet. */
const YOUNG_MS = 15 * MINUTE_MS;
/** Tests of earlier rollouts call versions directly and take a minute or two each; callers come in more minutes than that. */
const MINUTES_OF_CALLERS = 5;

/**
 * Blue was called through the live alias lately, and each gate has numbers of it. Only what is known to be missing is
 * refused: data that CloudWatch does not give now, the judge waits for. Throws PreflightFailed or InsufficientEvidence.
 */
export async function checkBlueHasData(ports: Needs, state: RolloutState): Promise<string> {
  // Nothing of this rollout's own calls is in there.
  const until = Math.min(settledUntil(ports.clock.now()), floorMinute(Date.parse(state.startedAt)));
  const evidence = patientEvidence(ports.evidence);
  const read = await readBaseline({ ...ports, evidence }, state, until, 'outline');
  if (read === 'unavailable')
    return `blue's data not looked at: ${evidence.whyUnavailable() || 'CloudWatch gave no complete answer'}`;
  const { baseline } = read;
  const requests = baseline.minutes.reduce((sum, { blue }) => sum + blue.requests, 0);
  const [current] = (await ports.liveModels.read(state.endpoint)).filter(
    (period) => period.version === state.blue.version,
  );
  const youngSince = current !== undefined && until - Date.parse(current.since) < YOUNG_MS ? current.since : undefined;
  if (requests > 0) return served(state, baseline, requests, youngSince !== undefined);
  return youngSince === undefined
    ? nobodyCalled(ports, state, until)
    : `blue is live since ${youngSince} and had no request yet, too soon to say more`;
}

function served(state: RolloutState, baseline: Baseline, requests: number, young: boolean): string {
  const through = `blue had ${requests} requests through the alias "${LIVE_ALIAS}" in the hour before`;
  const lacking = gatesWithoutData(state.config, baseline, state.blue.version, requests);
  if (lacking.length === 0) return through;
  const what = `${through}, but no data for ${lacking.join('; nor for ')}`;
  if (young || state.config.settings.onInsufficientEvidence.then !== 'abort') return what;
  throw new PreflightFailed(
    `${what}. Such a gate never passes, and the endpoint aborts then. Let the data appear under these very names, switch the gate off, or roll out with "strategy": "AllAtOnce"`,
  );
}

async function nobodyCalled(ports: Needs, state: RolloutState, until: number): Promise<string> {
  const { functionName, settings } = state.config;
  const none = `blue (version ${state.blue.version}) had 0 requests through the alias "${LIVE_ALIAS}" in the hour before`;
  const all = await allCalls(ports, functionName, until);
  if (all === undefined) return `${none}; whether its function was called otherwise, CloudWatch did not say`;
  const calls = all.reduce((sum, minute) => sum + minute.calls, 0);
  if (all.length >= MINUTES_OF_CALLERS) {
    throw new PreflightFailed(
      `callers bypass the alias "${LIVE_ALIAS}": ${none}, while the function ${functionName} had ${calls} in ${all.length} minutes. No weight reaches them and the judge does not see them. Let them call ${functionName}:${LIVE_ALIAS}, or the URL of that alias`,
    );
  }
  const { then } = settings.onInsufficientEvidence;
  if (then !== 'abort') return `${none}; onInsufficientEvidence says "${then}" if it stays so`;
  throw new InsufficientEvidence(
    `${none}, and a canary of nobody proves nothing. Send traffic first; or roll out with "strategy": "AllAtOnce"; or set onInsufficientEvidence.then to "hold" or "promote"`,
  );
}

async function allCalls(
  { functionCalls }: Pick<Ports, 'functionCalls'>,
  functionName: string,
  until: number,
): Promise<readonly MinuteOfCalls[] | undefined> {
  try {
    const read = await functionCalls.perMinute(functionName, isoTime(until - HOUR_MS), isoTime(until));
    return read === 'unavailable' ? undefined : read;
  } catch {
    return undefined; // no answer is no refusal; the judge asks again
  }
}
