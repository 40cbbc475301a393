import type { RolloutState } from '../../contract/rollout-state';
import type { Evidence } from '../../domain/judge/evidence';
import { judge } from '../../domain/judge/judge';
import type { Judgement } from '../../domain/judge/judgement';
import { firstWholeMinute, floorMinute, isoTime, MINUTE_MS, settledUntil } from '../../domain/minutes';
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
  /** Blue was never in service for a whole minute: there is nothing to compare green with. */
  readonly nothingToCompare: boolean;
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
  const blue = await blueAlone(liveModels, state);
  const earlier = (from - blue.until) / MINUTE_MS + settings.watchMinutes;
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
    missing: missingIn(seen, usable.waiting, isoTime(blue.since + earlier * MINUTE_MS)),
    nothingToCompare: blue.until <= blue.since,
  };
}

interface Span {
  /** Whole minutes, milliseconds since 1970; the end is exclusive. */
  readonly since: number;
  readonly until: number;
}

/**
 * When blue was last in service for as long as the watch takes, or else its longest time: it may have come back a moment
 * before the promotion, and the minutes before that are another version's. The minute of a switch belongs to neither.
 */
async function blueAlone(liveModels: Ports['liveModels'], state: RolloutState): Promise<Span> {
  const { watchMinutes } = state.config.settings;
  const promoted = floorMinute(Date.parse(state.weights.at(-1)?.at ?? state.startedAt));
  const spans = (await liveModels.read(state.endpoint))
    .filter(({ version }) => version === state.blue.version)
    .map(({ since, until }) => ({
      since: firstWholeMinute(Date.parse(since)),
      until: until === undefined ? promoted : Math.min(promoted, floorMinute(Date.parse(until))),
    }));
  const length = ({ since, until }: Span) => (until - since) / MINUTE_MS;
  const longest = spans.toSorted((one, other) => length(other) - length(one))[0];
  // What was live before there was a history of it has been so for long.
  return spans.find((span) => length(span) >= watchMinutes) ?? longest ?? { since: 0, until: promoted };
}

/**
 * Numbers that are not there are no good numbers. Minutes that came in part count as silence, and so does a gate whose
 * counts are missing beside requests; one lost minute among many does not.
 */
function missingIn(
  { minutes, leftOut = [], baseline }: Evidence,
  waiting: number,
  comparableFrom: string,
): string | undefined {
  if (waiting > 0) return `${waiting} of the watch's minutes have no complete numbers yet`;
  // Those before blue's time have no numbers of blue's, and never will.
  const silent = leftOut.filter(({ minute }) => minute >= comparableFrom);
  if (silent.length > minutes.length)
    return `${silent.length} of the watch's minutes never had complete numbers: ${silent[0]?.why ?? ''}`;
  const sum = (of: (green: Evidence['minutes'][number]['green']) => number) =>
    minutes.reduce((total, { green }) => total + of(green), 0);
  const answered = sum((one) => one.requests - one.invocationErrors - one.modelErrors - one.nonFiniteOutputs);
  const predicted = sum(({ classes }) => classes.reduce((total, count) => total + count, 0));
  if (answered > 0 && predicted === 0 && baseline.classNames.length >= 2)
    return `${answered} answered requests, and not one of their predictions`;
  return undefined;
}
