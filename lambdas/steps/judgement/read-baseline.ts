import type { RolloutState } from '../../contract/rollout-state';
import type { Baseline, EvidenceMinute } from '../../domain/evidence';
import { count } from '../../domain/numbers';
import { floorMinute, isoTime, MINUTE_MS, settledUntil } from '../../domain/minutes';
import { measureNamed } from '../../domain/measures/measures';
import type { Adapters } from '../../adapters/adapters';
import { labelMinutes } from '../../domain/feedback';
import { accuracyIsJudged } from '../../domain/gates/accuracy';
import type { LabelsWanted } from '../../adapters/cloudwatch/baseline';
import type { IncompleteMinute, MinutesQuery, MinutesReading } from '../../adapters/cloudwatch/minutes';
import { isRolloutError } from '../../contract/errors';
import type { EvidenceSource } from '../../adapters/cloudwatch/evidence';

const BASELINE_MINUTES = 60;

/**
 * Blue's own numbers in the hour before `until`, or since blue became live when that is less long ago. An outline costs
 * less.
 */
export async function readBaseline(
  { evidence, liveModels }: Pick<Adapters, 'evidence' | 'liveModels'>,
  state: RolloutState,
  until: number,
  detail: 'whole' | 'outline' = 'whole',
): Promise<{ readonly baseline: Baseline; readonly queries: readonly unknown[] } | 'unavailable'> {
  const current = (await liveModels.livePeriods(state.endpoint)).find(
    (period) => period.version === state.blue.version,
  );
  const since = current === undefined ? 0 : Math.ceil(Date.parse(current.since) / MINUTE_MS) * MINUTE_MS;
  const from = Math.min(until - MINUTE_MS, Math.max(until - BASELINE_MINUTES * MINUTE_MS, since));
  const told = state.answers;
  const read = await evidence.fetchBaseline({
    config: state.config,
    blue: state.blue.version,
    from: isoTime(from),
    until: isoTime(until),
    ...(told && {
      answers: { ...told, measures: told.measures.map(measureNamed) },
    }),
    outline: detail === 'outline',
    labels: detail === 'outline' ? undefined : labelsWanted(state),
  });
  if (read === 'unavailable') return read;
  const why = told?.nothing ?? neverCounted(state, read.baseline);
  return why === undefined ? read : { ...read, baseline: { ...read.baseline, uncounted: why } };
}

/** Of fewer requests all may have been the callers' fault, which is counted nowhere. */
export const ENOUGH_REQUESTS = 20;

/** CloudWatch has no request of an hour any more that had some when green was verified: it is silent. */
export const hasGone = (baseline: Baseline, { hadRequests = 0 }: Pick<RolloutState, 'hadRequests'>): boolean =>
  hadRequests >= ENOUGH_REQUESTS && requestsIn(baseline) === 0;

/**
 * What an earlier look has fixed of blue's hour. One without a request is not: CloudWatch may have been silent since
 * before green was verified, and tells of it later. No number of green's is in there, whenever it is read.
 */
export const fixedHour = ({ baseline }: { readonly baseline?: Baseline | undefined }): Baseline | undefined =>
  baseline && requestsIn(baseline) > 0 ? baseline : undefined;

/** Requests of blue. */
export const requestsIn = ({ baseline }: Pick<Baseline, 'baseline'>): number =>
  baseline.reduce((sum, { blue }) => sum + blue.invocations, 0);

/** A former model server said that it counts the class of whole numbers, and did not. */
function neverCounted(
  { answers, blue, config: { settings } }: RolloutState,
  { baseline, classNames }: Baseline,
): string | undefined {
  const isCounted = answers?.measures.includes('class') === true && settings.gates.predictions !== false;
  const answered = baseline.reduce((sum, { blue: side }) => sum + side.invocations - side.errors, 0);
  return isCounted && classNames.length === 0 && answered >= ENOUGH_REQUESTS
    ? `version ${blue.version} says that it counts the class of its answers, and counted none of ` +
        `${count(answered)} in the hour before, as a former model server did of whole numbers; answers are ` +
        'compared from the next rollout on'
    : undefined;
}

/** Blue before the rollout, read once: nothing of its own calls is in there. Or in words why it could not be. */
export type BlueBefore =
  | { readonly baseline: Baseline; readonly until: number }
  | { readonly baseline: undefined; readonly until: number; readonly why: string };

export async function readBlueBefore(
  { clock, evidence: source, liveModels }: Pick<Adapters, 'clock' | 'evidence' | 'liveModels'>,
  state: RolloutState,
  detail: 'whole' | 'outline',
): Promise<BlueBefore> {
  const until = Math.min(settledUntil(clock.now()), floorMinute(Date.parse(state.startedAt)));
  const evidence = patientEvidence(source);
  const read = await readBaseline({ evidence, liveModels }, state, until, detail);
  if (read !== 'unavailable') return { baseline: read.baseline, until };
  return { baseline: undefined, until, why: evidence.whyUnavailable() || 'CloudWatch gave no complete answer' };
}

/**
 * What to look for before green has traffic; undefined where the gate is off, or no label of green's could come in
 * time.
 */
function labelsWanted({ config, plan }: Pick<RolloutState, 'config' | 'plan'>): LabelsWanted | undefined {
  const { gates, watchMinutes } = config.settings;
  if (gates.accuracy === false) return undefined;
  const { withinMinutes, minLabels } = gates.accuracy;
  const watchAlone = watchMinutes > 0 ? [{ weight: 100, bakeMinutes: watchMinutes }] : [];
  const greenMinutes = labelMinutes(plan.steps.length > 0 ? plan.steps : watchAlone, withinMinutes);
  return greenMinutes > 0 ? { withinMinutes, greenMinutes, least: minLabels } : undefined;
}

/**
 * How labels are counted while green has traffic; undefined where accuracy is not judged.
 *
 * @param trafficFrom when green got its first request of a user, ms since 1970
 */
export function labelsCounted(
  { config }: Pick<RolloutState, 'config'>,
  baseline: Baseline,
  trafficFrom: number,
): MinutesQuery['labels'] {
  const { accuracy } = config.settings.gates;
  if (accuracy === false || !accuracyIsJudged(baseline, accuracy)) return undefined;
  const { withinMinutes } = accuracy;
  return { withinMinutes, from: isoTime(trafficFrom + withinMinutes * MINUTE_MS) };
}

export interface PatientEvidence extends EvidenceSource {
  /** Why the last reading failed, for people; empty when none did. */
  whyUnavailable(): string;
}

/**
 * A reading that fails altogether is as good as one that is incomplete: this look knows nothing, the next one may.
 * Without this, a throttle of half a minute would end a rollout, and under the name of AWS's error.
 */
export function patientEvidence(evidence: EvidenceSource): PatientEvidence {
  let why = '';
  const orUnavailable = async <Reading>(read: Promise<Reading>): Promise<Reading | 'unavailable'> => {
    try {
      return await read;
    } catch (error) {
      if (isRolloutError(error)) throw error;
      why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return 'unavailable';
    }
  };
  return {
    fetchBaseline: (query) => orUnavailable(evidence.fetchBaseline(query)),
    fetchMinutes: (query) => orUnavailable(evidence.fetchMinutes(query)),
    fetchRequests: (...query) => orUnavailable(evidence.fetchRequests(...query)),
    fetchTimeTaken: (...query) => orUnavailable(evidence.fetchTimeTaken(...query)),
    whyUnavailable: () => why,
  };
}

/**
 * Data that has not come this long after its minute is not waited for: the minute is left out, and the record says so.
 */
const LATE_MS = 10 * MINUTE_MS;

export interface UsableMinutes {
  readonly minutes: readonly EvidenceMinute[];
  readonly leftOut: readonly IncompleteMinute[];
  /** Minutes that are settled but still incomplete, or that lie behind one that is. */
  readonly waiting: number;
}

/**
 * The rule for incomplete minutes, fixed beforehand and blind to what they hold: such a minute waits, and every later
 * one behind it, so that no look sees minutes out of order; after ten minutes it is left out for good.
 */
export function usableMinutes(
  reading: MinutesReading,
  leftOutBefore: readonly IncompleteMinute[],
  now: number,
): UsableMinutes {
  const given = reading.incomplete.filter((one) => Date.parse(one.minute) + MINUTE_MS + LATE_MS <= now);
  const leftOut = [
    ...leftOutBefore,
    ...given.filter((one) => !leftOutBefore.some((before) => before.minute === one.minute)),
  ];
  const isLeftOut = (minute: string) => leftOut.some((one) => one.minute === minute);
  const waitingFor = reading.incomplete.filter((one) => !isLeftOut(one.minute)).map((one) => one.minute);
  const firstWaiting = waitingFor.sort()[0];
  const counted = reading.minutes.filter((one) => !isLeftOut(one.minute));
  const minutes = counted.filter((one) => firstWaiting === undefined || one.minute < firstWaiting);
  return { minutes, leftOut, waiting: waitingFor.length + counted.length - minutes.length };
}
