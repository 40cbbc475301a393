import { decides, type KeptGates } from '../gates/gates';
import type { BuiltInGateName } from '../gates/names';
import { medianOf } from '../latency-thresholds';
import { percent, shareOf } from '../numbers';
import { type Count, totalOf } from '../statistics/counts';
import { isFarBelow, isFarBeyond, limitOf, mostOf, OUTAGE_POINTS, usualRate } from '../statistics/usual';
import type { Baseline, Evidence, EvidenceMinute, LeftOutMinute, SideCounts } from '../evidence';

/**
 * Of calls that we make ourselves, so few points more than in its hour show that blue is ill: nothing but it is asked.
 */
const ILL_POINTS = 0.005;

/** Whether green's requests fail so often that both versions can be asked about it. */
export const failsBeyondBlue = (usual: number, green: Count): boolean => isFarBeyond(green, limitOf(usual, ILL_POINTS));

/**
 * What both versions say when they are asked directly, after promotion, where blue has no traffic to be compared with.
 * If blue fails more often than in its hour, whatever luck there was, then something outside of both has broken. It
 * excuses green as far as green fails no more often than blue may, by what it answered, both asked and as users see it;
 * and as far as green's own answers explain what users see. A fault of green's alone is so excused in one of 1,000
 * cases, and until the next look. Where neither is shown to fail more than its hour allows, both answer: of 100 calls
 * one or two fail by luck where one in 200 may.
 *
 * @param usual blue's rate in its own hour
 */
export function foundByAsking(
  asked: { readonly blue: Count; readonly green: Count },
  usual: number,
  users: Count,
): 'both-fail' | 'both-answer' | 'other' {
  const rate = ({ events, requests }: Count) => events / Math.max(1, requests);
  const [blueFails, greenFails] = [failsBeyondBlue(usual, asked.blue), failsBeyondBlue(usual, asked.green)];
  if (!blueFails && !greenFails) return 'both-answer';
  const most = mostOf(asked.blue);
  const isExcused = rate(asked.green) <= most && rate(users) <= Math.min(most, mostOf(asked.green));
  return blueFails && isExcused ? 'both-fail' : 'other';
}

/**
 * How long both versions take for what they are asked, in ms: each answer of a warm environment, by the server's own
 * word.
 */
export interface Durations {
  readonly blue: readonly number[];
  readonly green: readonly number[];
}

/**
 * The same of slowness. A version is slow when its answers take longer than all of those before green had traffic; were
 * both of one kind, k of m would lie beyond the longest of n with a chance of C(m, k) / C(n + m, k), and that must be
 * below 1 in 1,000. If blue is, it was not green: as far as green became slower by no more than blue did, and as far as
 * what blue became slower by explains how many of green's users waited. Undefined where too few answers tell.
 */
export function slownessByAsking(
  before: Durations,
  asked: Durations,
  { thresholds, rows }: Pick<Evidence, 'thresholds' | 'rows'>,
): 'both-slow' | 'both-answer' | 'other' | undefined {
  const [blueIs, greenIs] = [isSlower(before.blue, asked.blue), isSlower(before.green, asked.green)];
  const of = (durations: readonly number[]) => medianOf(durations) ?? NaN;
  const [ofBlue, ofGreen] = [of(before.blue), of(before.green)];
  const [factor, more] = [of(asked.blue) / ofBlue, of(asked.blue) - ofBlue];
  if (blueIs === undefined || greenIs === undefined || !Number.isFinite(factor)) return undefined;
  if (!blueIs && !greenIs) return 'both-answer';
  const most = Math.max(ofGreen * factor, ofGreen + more);
  const isAlike = of(asked.green) <= Math.max(most * ALIKE_FACTOR, most + ALIKE_MS);
  const isExplained = thresholds.every(({ greenToleratedMs }, index) => {
    const waited = totalOf(rows.map(({ green }) => ({ events: green.slow[index] ?? 0, requests: green.durations })));
    // Blue's requests of before that would be beyond it now: at most those that were beyond its own quantile below
    // that.
    const reached = Math.min(greenToleratedMs / factor, greenToleratedMs - more);
    const below = thresholds.findLast(({ blueMs }) => blueMs <= reached);
    return below === undefined || !isFarBeyond(waited, 1 - below.quantile);
  });
  return blueIs && isAlike && isExplained ? 'both-slow' : 'other';
}

/** What a green that is no worse may differ by from one call to the next. */
const ALIKE_FACTOR = 1.3;
const ALIKE_MS = 10;
const RARELY = 1 / 1_000;

/**
 * Whether the later answers took longer than all of the earlier ones; undefined where there are too few to tell at all.
 */
export function isSlower(before: readonly number[], after: readonly number[]): boolean | undefined {
  const chanceOf = (beyond: number) =>
    Array.from(
      { length: beyond },
      (_, index) => (after.length - index) / (before.length + after.length - index),
    ).reduce((product, one) => product * one, 1);
  if (after.length === 0 || chanceOf(after.length) > RARELY) return undefined;
  const longest = Math.max(...before);
  return chanceOf(after.filter((ms) => ms > longest).length) <= RARELY;
}

/** Slower by what would be harmful of green. */
export function isHarmfullySlower(before: readonly number[], after: readonly number[], gates: KeptGates): boolean {
  const [was, is] = [medianOf(before) ?? NaN, medianOf(after) ?? NaN];
  const { latency } = gates;
  if (!latency || !decides(gates, 'latency') || isSlower(before, after) !== true) return false;
  return is >= Math.max(was * (1 + latency.harmPercent / 100), was + latency.harmFloorMs);
}

/** So long a rollout waits for blue to be itself again, all such minutes together; then it ends without proof. */
export const MOST_HELD_MINUTES = 60;

type HeldSide = Omit<SideCounts, 'verySlow'>;

/** What blue may suffer from. Less than `points` beyond its usual rate is a bad minute and no outage. */
interface Symptom {
  /** What it is counted for: a gate that is off or only observed holds nothing up. */
  readonly gate: BuiltInGateName;
  readonly how: 'fails' | 'is slow' | 'is throttled';
  readonly what: string;
  readonly points: number;
  readonly count: (side: HeldSide) => Count;
}

/** Beside a minute of an outage so few points more are its first or its last seconds. */
const EDGE_POINTS = 0.02;

/**
 * Points as of a disaster: a quarter of the requests slower than nine of ten used to be, or a tenth slower than 99 of
 * 100; or a tenth of them failed.
 */
const SLOW_POINTS = [
  [0.9, 0.25],
  [0.99, OUTAGE_POINTS],
] as const;

function symptomsOf(thresholds: Baseline['thresholds']): readonly Symptom[] {
  return [
    {
      gate: 'errors',
      how: 'fails',
      what: 'failed requests',
      points: OUTAGE_POINTS,
      count: (side) => ({ events: side.errors, requests: side.invocations }),
    },
    {
      gate: 'throttles',
      how: 'is throttled',
      what: 'throttled requests',
      points: OUTAGE_POINTS,
      count: ({ throttles, invocations: requests }) => ({ events: throttles, requests: requests + throttles }),
    },
    ...SLOW_POINTS.flatMap(([from, points]): readonly Symptom[] => {
      const at = thresholds.findIndex(({ quantile }) => quantile >= from);
      const count = ({ slow, durations }: HeldSide) => ({ events: slow[at] ?? 0, requests: durations });
      return at < 0 ? [] : [{ gate: 'latency', how: 'is slow', what: 'slow requests', points, count }];
    }),
  ];
}

/**
 * The minutes of a canary in which both versions suffered from what is not green's fault, and from what. While blue
 * itself is far outside its own hour, something is wrong that no comparison of the two can tell: a database that both
 * ask, a region. Two versions that fail alike prove nothing of green, and a canary must not end on that.
 *
 * A minute is held when a count of blue's in it is beyond what its hour allows: with X of N requests, and the limit
 * r = 1.1 x usual rate + points, Chernoff's bound gives P(X or more | rate <= r) <= exp(-N KL(X/N || r)), for any N and
 * without approximation; held from exp(-6.9) = 1 in 1,000 on. It is not held once green is proven to stay below r by
 * the same bound over the same stretch of such minutes: then it is blue alone that is ill, and green the cure. What
 * begins or ends within a minute has a minute beside those that is ill in part: it is held with them from far less on.
 */
export function heldMinutes(
  { baseline, thresholds, rows: minutes }: Evidence,
  gates: KeptGates,
): readonly LeftOutMinute[] {
  const held = new Map<string, string>();
  for (const symptom of symptomsOf(thresholds).filter(({ gate }) => decides(gates, gate))) {
    const usual = usualRate(baseline.map(({ blue }) => symptom.count(blue)));
    if (usual === undefined) continue;
    for (const { minute, why } of heldBy(symptom, usual, minutes)) if (!held.has(minute)) held.set(minute, why);
  }
  return minutes.flatMap(({ minute }) => {
    const why = held.get(minute);
    return why === undefined ? [] : [{ minute, why }];
  });
}

/**
 * How blue served its users in the newest minute in which it had any, where that is far outside its hour; undefined
 * where it is not. Slowness and throttles count where their gates do.
 */
export function illnessOfBlue(
  { baseline, thresholds, rows }: Evidence,
  gates: KeptGates,
): (Pick<Symptom, 'how'> & { readonly why: string }) | undefined {
  for (const { gate, how, what, points, count } of symptomsOf(thresholds)) {
    if (gate !== 'errors' && !decides(gates, gate)) continue;
    const usual = usualRate(baseline.map(({ blue }) => count(blue)));
    const last = rows.map(({ blue }) => count(blue)).findLast(({ requests }) => requests > 0);
    if (usual !== undefined && last !== undefined && isFarBeyond(last, limitOf(usual, points)))
      return { how, why: inWords(last, what, usual) };
  }
  return undefined;
}

/** How green did in the newest minute in which it had users, by what blue suffers from. */
export function greenBeside({ thresholds, rows }: Evidence, ill: Pick<Symptom, 'how'>): string {
  const { count, what } = symptomsOf(thresholds).find(({ how }) => how === ill.how)!;
  const last = rows.map(({ green }) => count(green)).findLast(({ requests }) => requests > 0);
  return last === undefined ? 'green had no request' : `green ${shareOf(last.events, last.requests, what)}`;
}

const inWords = ({ events, requests }: Count, what: string, usual: number): string =>
  `blue itself had ${shareOf(events, requests, what)}, in its own hour ${percent(usual)}`;

function heldBy({ what, points, count }: Symptom, usual: number, minutes: readonly EvidenceMinute[]): LeftOutMinute[] {
  const isIll = minutes.map(({ blue }) => isFarBeyond(count(blue), limitOf(usual, points)));
  let green: Count = { events: 0, requests: 0 };
  return minutes.flatMap(({ minute, blue, green: ofGreen }, index) => {
    const counted = count(blue);
    const isEdge = isIll[index] !== true && (isIll[index - 1] === true || isIll[index + 1] === true);
    const limit = limitOf(usual, isEdge ? EDGE_POINTS : points);
    if (!isFarBeyond(counted, limit)) {
      green = { events: 0, requests: 0 };
      return [];
    }
    const { events, requests } = count(ofGreen);
    green = { events: green.events + events, requests: green.requests + requests };
    if (isFarBelow(green, limit)) return [];
    return [{ minute, why: inWords(counted, what, usual) }];
  });
}

/** An outage that ends within a minute leaves less than this share of the minute before in it. */
const RECEDING = 0.75;

/**
 * What failed green looks like an outage in its minutes, and is over in the newest, in words; undefined where it is
 * not. Less than an outage is nothing that comes and goes in minutes, unless both versions were asked and answered.
 * Then it is enough, too, that the newest show its end.
 */
export function overAgain(
  gate: string,
  { baseline, thresholds, rows }: Pick<Evidence, 'baseline' | 'thresholds' | 'rows'>,
  newest: readonly EvidenceMinute[],
  bothAnswer: boolean,
): string | undefined {
  const symptom = symptomsOf(thresholds).find((one) => one.gate === gate);
  const usual = symptom && usualRate(baseline.map(({ blue }) => symptom.count(blue)));
  const last = symptom && rows.findLast(({ green }) => symptom.count(green).requests > 0);
  if (symptom === undefined || usual === undefined || last === undefined) return undefined;
  const limit = limitOf(usual, bothAnswer ? ILL_POINTS : symptom.points);
  if (!rows.some(({ green }) => isFarBeyond(symptom.count(green), limit))) return undefined;
  const failed = symptom.count(last.green);
  const counts = newest.map(({ green }) => symptom.count(green));
  const receding = bothAnswer ? (RECEDING * failed.events) / failed.requests : 0;
  // Of an outage that has just ended the last minute alone may show it.
  const shown = [counts, counts.slice(-1)].map(totalOf).find((one) => isFarBelow(one, Math.max(limit, receding)));
  return shown === undefined
    ? undefined
    : `in the newest ${shown.requests === totalOf(counts).requests ? 'minutes, which have' : 'minute, which has'} ` +
        `not settled, green had ${shareOf(shown.events, shown.requests, symptom.what)}`;
}
