import { PreflightFailed, InsufficientEvidence } from '../../contract/errors';
import { LIVE_ALIAS } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import { floorMinute, HOUR_MS, isoTime, MINUTE_MS } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';
import { type BlueBefore, ENOUGH_REQUESTS, requestsIn } from '../judgement/read-baseline';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { type CustomCounter, VERSION_PLACEHOLDER } from '../../domain/gates/custom';
import { ownCounts } from '../../domain/gates/gates';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../contract/metric-names';
import type { Baseline } from '../../domain/evidence';
import type { MinuteOfCalls } from '../../adapters/cloudwatch/function-calls';
import { sum } from '../../domain/statistics/summaries';

/** The gates that found nothing of a blue that was called, each with the names under which they looked. */
function gatesWithoutData(
  { settings, builtIn }: EndpointConfig,
  baseline: Baseline,
  blue: string,
  requests: number,
): readonly string[] {
  if (requests < ENOUGH_REQUESTS) return [];
  const { predictions, custom } = settings.gates;
  const { endpoint, version } = METRIC_DIMENSIONS;
  const ofServer = `in ${METRIC_NAMESPACE} under ${endpoint}=${settings.name}, ${version}=${blue}`;
  const noPredictions =
    builtIn &&
    predictions !== false &&
    predictions.mode === 'enforce' &&
    baseline.uncounted === undefined &&
    baseline.classNames.length === 0;
  const places = new Map(custom.map(({ name }, index) => [`custom:${name}`, index]));
  const totalOf = (gate: string) =>
    baseline.baseline.reduce((sum, { blue: side }) => {
      const place = places.get(gate);
      return sum + ((place === undefined ? side.counted?.[gate] : side.custom[place])?.requests ?? 0);
    }, 0);
  const lacking = ownCounts(settings.gates).flatMap(({ gate, mode, events, of }) => {
    // Events of requests may well be none; a metric of the model server has its zeros.
    const told = of === 'requests' ? events : of;
    if (mode === 'observe' || (of === 'requests' && typeof events !== 'string') || totalOf(gate) > 0) return [];
    return [
      `the gate ${gate} (${typeof told === 'string' ? `metric ${told} ${ofServer}` : counterInWords(told, blue)})`,
    ];
  });
  return [...(noPredictions ? [`the gate predictions (what its answers say, ${ofServer})`] : []), ...lacking];
}

const counterInWords = ({ namespace, metric, dimensions }: CustomCounter, blue: string): string =>
  `${metric} in ${namespace} under ${Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value.replaceAll(VERSION_PLACEHOLDER, blue)}`)
    .join(', ')}`;

/** Tests of earlier rollouts call versions directly for a minute or two each; callers come in more minutes. */
const MINUTES_OF_CALLERS = 5;

/**
 * Why the judge would see no request of blue: its requests are not counted where it looks, callers pass the alias by,
 * or there are no calls. Answers what there is to note. Throws PreflightFailed or InsufficientEvidence.
 */
async function whoCalledInstead(
  ports: Pick<Adapters, 'functionCalls'>,
  state: RolloutState,
  from: number,
  until: number,
): Promise<string> {
  const { functionName, settings } = state.config;
  const { then } = settings.onInsufficientEvidence;
  const all = await minutesOfCalls(ports, functionName, floorMinute(from), until);
  const alias = `the alias "${LIVE_ALIAS}"`;
  const none = `blue (version ${state.blue.version}) had 0 requests through ${alias} in the hour before`;
  if (all === undefined)
    return `the judge finds no request of blue in the hour before; who called, CloudWatch did not say`;
  const live = sum(all.map(({ throughLive }) => throughLive));
  if (live > 0) return uncounted(state, live);
  if (all.length >= MINUTES_OF_CALLERS) {
    throw new PreflightFailed(
      `callers bypass the alias "${LIVE_ALIAS}": ${none}, while the function ${functionName} had ` +
        `${sum(all.map(({ calls }) => calls))} in ${all.length} minutes. No weight reaches them and the judge does ` +
        `not see them. Let them call ${functionName}:${LIVE_ALIAS}, or the URL of that alias`,
    );
  }
  if (then !== 'abort') return `${none}; onInsufficientEvidence says "${then}" if it stays so`;
  throw new InsufficientEvidence(
    `${none}, and a canary without traffic proves nothing. Send traffic first; or roll out with "strategy": ` +
      '"AllAtOnce"; or set onInsufficientEvidence.then to "hold" or "promote"',
  );
}

/** Blue was called, and no minute of it is complete: what the model server counts is not where the judge looks. */
function uncounted(state: RolloutState, live: number): string {
  const { settings, builtIn } = state.config;
  const { endpoint, version } = METRIC_DIMENSIONS;
  const missing = builtIn
    ? `metric ${METRICS.modelErrors} (failures of the model) in ${METRIC_NAMESPACE} under ` +
      `${endpoint}=${settings.name}, ${version}=${state.blue.version}`
    : 'durations or counts of them';
  const what =
    `the alias "${LIVE_ALIAS}" had ${live} requests in the hour before, but no minute of blue is complete: ` +
    `${missing} is missing`;
  if (settings.onInsufficientEvidence.then !== 'abort') return what;
  throw new PreflightFailed(
    `${what}, so the judge could count nothing. Does the function's log reach CloudWatch, and does blue run the ` +
      `app's own server? Once they do, roll out again; or roll out with "strategy": "AllAtOnce"`,
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

type Needs = Pick<Adapters, 'clock' | 'evidence' | 'functionCalls' | 'liveModels'>;

/** What a blue that is younger lacks may only not have come yet. */
const YOUNG_MS = 15 * MINUTE_MS;

/**
 * Blue was called through the live alias lately, and each gate has numbers of it. Only what is known to be missing is
 * refused: data that CloudWatch does not give now, the judge waits for. Throws PreflightFailed or InsufficientEvidence.
 */
export async function checkBlueHasData(ports: Needs, state: RolloutState, before: BlueBefore): Promise<string> {
  const { baseline, until } = before;
  if (baseline === undefined) return `blue's data not looked at: ${before.why}`;
  const requests = requestsIn(baseline);
  const current = (await ports.liveModels.livePeriods(state.endpoint)).find(
    ({ version }) => version === state.blue.version,
  );
  const since = current === undefined ? -Infinity : Date.parse(current.since);
  const young = until - since < YOUNG_MS;
  const lacking = gatesWithoutData(state.config, baseline, state.blue.version, requests);
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
    `${what}, and no canary can be compared with it. Roll out once with "strategy": "AllAtOnce", which the ` +
      'golden set and the watch still guard; what is live then is counted, and the next canary is judged',
  );
}

function served(state: RolloutState, lacking: readonly string[], requests: number, young: boolean): string {
  const through = `blue had ${requests} requests through the alias "${LIVE_ALIAS}" in the hour before`;
  if (lacking.length === 0) return through;
  const what = `${through}, but no data for ${lacking.join('; nor for ')}`;
  if (young || state.config.settings.onInsufficientEvidence.then !== 'abort') return what;
  throw new PreflightFailed(
    `${what}. Such a gate never passes, and the endpoint aborts then. Let the data appear under these very ` +
      'names, switch the gate off, or roll out with "strategy": "AllAtOnce"',
  );
}
