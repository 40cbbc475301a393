import { PreflightFailed } from '../../contract/errors';
import { LIVE_ALIAS } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import { floorMinute, HOUR_MS, isoTime, MINUTE_MS, settledUntil } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';
import { patientEvidence } from '../judgement/patient-evidence';
import { readBaseline } from '../judgement/read-baseline';
import { gatesWithoutData } from './gates-without-data';
import { whoCalledInstead } from './who-called-instead';

type Needs = Pick<Adapters, 'clock' | 'evidence' | 'functionCalls' | 'liveModels'>;

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
  const lacking = gatesWithoutData(state.config, read.baseline, state.blue.version, requests);
  if (requests === 0 || lacking.length > 0) {
    const older = await formerServer(ports, state, isoTime(until - HOUR_MS), isoTime(until));
    if (older !== undefined) return ofAnOlderServer(state, older);
  }
  if (requests > 0) return served(state, lacking, requests, young);
  if (current !== undefined && young)
    return `blue is live since ${current.since} and has no complete minute with requests yet, too soon to say more`;
  return whoCalledInstead(ports, state, Math.max(until - HOUR_MS, since), until);
}

/** Under which name blue counts, if it is of a former server: no gate will ever see it. */
async function formerServer(
  { functionCalls }: Needs,
  { config, endpoint, blue }: RolloutState,
  from: string,
  to: string,
) {
  if (!config.builtIn) return undefined;
  try {
    return await functionCalls.formerMetric(endpoint, blue.version, from, to);
  } catch {
    return undefined; // what is missing is told all the same
  }
}

function ofAnOlderServer({ config, blue }: RolloutState, counts: string): string {
  const what = `blue (version ${blue.version}) is of an older server, which counts as ${counts}: no gate sees it`;
  if (config.settings.onInsufficientEvidence.then !== 'abort') return what;
  throw new PreflightFailed(
    `${what}, and no canary can be compared with it. Roll out once with "strategy": "AllAtOnce", which the golden set and the watch still guard; what is live then is counted, and the next canary is judged`,
  );
}

function served(state: RolloutState, lacking: readonly string[], requests: number, young: boolean): string {
  const through = `blue had ${requests} requests through the alias "${LIVE_ALIAS}" in the hour before`;
  if (lacking.length === 0) return through;
  const what = `${through}, but no data for ${lacking.join('; nor for ')}`;
  if (young || state.config.settings.onInsufficientEvidence.then !== 'abort') return what;
  throw new PreflightFailed(
    `${what}. Such a gate never passes, and the endpoint aborts then. Let the data appear under these very names, switch the gate off, or roll out with "strategy": "AllAtOnce"`,
  );
}
