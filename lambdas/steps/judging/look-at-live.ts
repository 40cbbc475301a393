import type { RolloutState } from '../../contract/rollout-state';
import type { Evidence } from '../../domain/judge/evidence';
import { judge } from '../../domain/judge/judge';
import type { Judgement } from '../../domain/judge/judgement';
import { isoTime, MINUTE_MS, settledUntil } from '../../domain/minutes';
import { expectedShift } from '../../domain/prediction-shift';
import type { IncompleteMinute } from '../../ports/evidence-source';
import type { Ports } from '../../ports/ports';
import { judgeSettings } from './judge-settings';
import { labelsCounted } from './labels';
import { readBaseline } from './read-baseline';
import { usableMinutes } from './usable-minutes';
import { warmOnly } from './warm-only';

type Watch = NonNullable<RolloutState['watch']>;

export interface LiveLook {
  readonly evidence: Evidence;
  readonly judgement: Judgement;
  readonly queries: readonly unknown[];
  readonly leftOut: readonly IncompleteMinute[];
  /** What CloudWatch has not told of the minutes that have settled; undefined where it told all that a judge needs. */
  readonly missing: string | undefined;
}

/** Green alone, after promotion: each of its minutes beside one of blue's last minutes with all traffic. */
export async function lookAtLive(
  { clock, evidence, liveModels }: Pick<Ports, 'clock' | 'evidence' | 'liveModels'>,
  state: RolloutState,
  watch: Watch,
  green: string,
): Promise<LiveLook | 'unavailable'> {
  const { settings } = state.config;
  const from = Date.parse(watch.from);
  const earlier = minutesEarlier(state, from);
  const known = watch.baseline ?? state.canary?.baseline;
  const fixed = known
    ? { baseline: known, queries: [] }
    : await readBaseline({ evidence, liveModels }, state, from - earlier * MINUTE_MS);
  if (fixed === 'unavailable') return fixed;
  const { baseline } = fixed;
  const until = Math.min(settledUntil(clock.now()), from + settings.watchMinutes * MINUTE_MS);
  const reading = await evidence.minutes({
    config: state.config,
    blue: state.blue.version,
    green,
    thresholds: baseline.thresholds,
    classCount: baseline.classNames.length,
    // The watch acts on `fail` alone.
    mayPass: false,
    labels: labelsCounted(state, baseline, Date.parse(state.canary?.windows[0]?.from ?? watch.from)),
    windows: until > from ? [{ from: watch.from, until: isoTime(until), weight: 50 }] : [],
    blueMinutesEarlier: earlier,
  });
  if (reading === 'unavailable') return reading;
  const usable = usableMinutes(reading, [], clock.now());
  const seen: Evidence = {
    baseline,
    plannedMinutes: settings.watchMinutes,
    oneAfterTheOther: true,
    minutes: usable.minutes,
    warmOnly: warmOnly(state.config),
    expectedShift: expectedShift(state.verification?.predictionShift, baseline.classNames.length),
    leftOut: usable.leftOut,
  };
  return {
    evidence: seen,
    judgement: judge(seen, judgeSettings(settings, settings.watchMinutes)),
    leftOut: usable.leftOut,
    queries: [...fixed.queries, ...reading.queries],
    missing: missingIn(seen, usable.waiting),
  };
}

/** Blue's minutes end where the promotion begins: the minute of the switch itself belongs to neither. */
function minutesEarlier(state: RolloutState, from: number): number {
  const promotedAt = Date.parse(state.weights.at(-1)?.at ?? isoTime(from));
  const blueUntil = Math.floor(promotedAt / MINUTE_MS) * MINUTE_MS;
  return (from - blueUntil) / MINUTE_MS + state.config.settings.watchMinutes;
}

/**
 * Numbers that are not there are no good numbers. Minutes that came in part count as silence, and so does a gate whose
 * counts are missing beside requests; one lost minute among many does not.
 */
function missingIn({ minutes, leftOut = [], baseline }: Evidence, waiting: number): string | undefined {
  if (waiting > 0) return `${waiting} of the watch's minutes have no complete numbers yet`;
  if (leftOut.length > minutes.length)
    return `${leftOut.length} of the watch's minutes never had complete numbers: ${leftOut[0]?.why ?? ''}`;
  const sum = (of: (green: Evidence['minutes'][number]['green']) => number) =>
    minutes.reduce((total, { green }) => total + of(green), 0);
  const answered = sum((one) => one.requests - one.invocationErrors - one.modelErrors - one.nonFiniteOutputs);
  const predicted = sum(({ classes }) => classes.reduce((total, count) => total + count, 0));
  if (answered > 0 && predicted === 0 && baseline.classNames.length >= 2)
    return `${answered} answered requests, and not one of their predictions`;
  return undefined;
}
