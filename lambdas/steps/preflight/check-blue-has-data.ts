import { PreflightFailed } from '../../contract/errors';
import { LIVE_ALIAS } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import type { Baseline } from '../../domain/evidence';
import { floorMinute, MINUTE_MS, settledUntil } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';
import { patientEvidence } from '../judgement/patient-evidence';
import { readBaseline } from '../judgement/read-baseline';
import { gatesWithoutData } from './gates-without-data';
import { whoCalledInstead } from './who-called-instead';

type Needs = Pick<Adapters, 'clock' | 'evidence' | 'functionCalls' | 'liveModels'>;

const HOUR_MS = 60 * MINUTE_MS;
/** What a blue that is younger lacks may only not have come yet. */
const YOUNG_MS = 15 * MINUTE_MS;

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
  const requests = read.baseline.baseline.reduce((sum, { blue }) => sum + blue.invocations, 0);
  const current = (await ports.liveModels.livePeriods(state.endpoint)).find(
    ({ version }) => version === state.blue.version,
  );
  const since = current === undefined ? -Infinity : Date.parse(current.since);
  const young = until - since < YOUNG_MS;
  if (requests > 0) return served(state, read.baseline, requests, young);
  if (current !== undefined && young)
    return `blue is live since ${current.since} and has no complete minute with requests yet, too soon to say more`;
  return whoCalledInstead(ports, state, Math.max(until - HOUR_MS, since), until);
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
