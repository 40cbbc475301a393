import * as z from 'zod';
import type { Evidence, SideCounts } from '../evidence';
import type { HarmTest, JudgedCounter } from '../gates/counter';
import { gateNameSchema, judgeGates, type JudgeSettings } from '../gates/gates';
import { boundsOf, durationAt } from '../gates/latency-quantiles';
import { type JudgedGate, pairMinutes } from '../gates/gate';
import type { GateName } from '../gates/names';
import { type Count, type MinuteCounts, totalOf } from '../statistics/counts';
import { logistic, logit } from '../statistics/summaries';
import { type Alternatives, mixOverAlternatives } from '../statistics/mixture';
import { twoArmScores } from '../statistics/two-arm';
import { combine, leadingCounter, leastProven, totals, wouldHave } from './verdict';
import type { Judgement } from './judgement';

/**
 * What one gate's picture shows: green minus blue after each look, between bounds, beside the lines that the judge
 * holds it to. In shares of the requests (0.01 is a point), or in milliseconds at one quantile.
 */
export const gateBandSchema = z.object({
  gate: gateNameSchema,
  /** What is counted, in words. */
  counts: z.string(),
  unit: z.enum(['share', 'ms']),
  /** Of milliseconds: of which quantile. */
  quantile: z.number().optional(),
  /** Green is stopped when its band is wholly above. */
  tolerance: z.number(),
  /** Green is proven harmless when its band is wholly below; absent where no harm is defined. */
  harm: z.number().optional(),
  /** Each end holds with this confidence, at all looks at once. */
  confidence: z.number(),
  /**
   * After each judged minute: at least, at most, as counted so far. An end beyond all that was asked is null, and so is
   * what nothing was counted of.
   */
  looks: z.array(z.tuple([z.number().nullable(), z.number().nullable(), z.number().nullable()])),
});
export type GateBand = z.output<typeof gateBandSchema>;

/** "Green is worse by so much": a difference, and the counts in which it would be none. */
interface Claim {
  readonly at: number;
  readonly minutes: readonly MinuteCounts[];
  /** That is added to blue's rate. */
  readonly points: number;
}

/** A counter on the axis of its picture. */
interface Axis extends Pick<GateBand, 'unit' | 'quantile' | 'tolerance' | 'harm'> {
  /** Ascending. */
  readonly claims: readonly Claim[];
  readonly estimate: (length: number) => number | null;
}

/**
 * For reports and live pages: one band a gate. Its ends are those of a confidence sequence: the differences that the
 * two-arm test does not rule out, at all looks at once. On which side of a line an end lies is the judge's own word: a
 * gate that stopped green lies above its tolerance from that look on, one with its proof lies below the line of harm,
 * and no other does. The judge has more evidence than the one count that is drawn, so that its word can only be the
 * sharper one; where it is the milder one (its bet is divided between gates and counts) the band is widened, which
 * keeps its promise.
 */
export function bands(evidence: Evidence, settings: JudgeSettings, judgement: Judgement): GateBand[] {
  const all = judgeGates(evidence, settings);
  const settled = evidence.rows.length;
  const combined = combine(
    all.filter(({ of }) => of.mode === 'enforce'),
    settled,
  );
  return all.flatMap((gate): GateBand[] => {
    const stoppedAt = stopOf(gate, judgement, () =>
      wouldHave(gate, combine([...all.filter(({ of }) => of.mode === 'enforce'), gate], settled), settled, {
        ...{ logLimit: judgement.logLimit, logNonInferiorityLimit: judgement.logNonInferiorityLimit },
        ...{ minimumMinutes: settings.minimumMinutes, plannedMinutes: evidence.horizonMinutes },
      }),
    );
    const counter = drawnCounter(gate, settled, stoppedAt);
    if (counter === undefined || settled === 0) return [];
    const stops = (index: number): boolean =>
      stoppedAt === undefined
        ? gate.of.mode === 'enforce' && combined.parted(gate, index) >= judgement.logLimit
        : index + 1 >= stoppedAt;
    const proven = (index: number) => (gate.logNonInferiority[index] ?? 0) >= judgement.logNonInferiorityLimit;
    return [bandOf(gate, counter, evidence, settings.falseAlarmRate, { stops, proven })];
  });
}

/** The minute in which a gate stopped green, or would have; undefined where it did not. */
function stopOf(
  { gate, of }: JudgedGate,
  { verdict, gate: blamed, decidedAtMinute }: Judgement,
  observed: () => number | 'pass' | 'undecided',
): number | undefined {
  if (of.mode === 'enforce') return verdict === 'fail' && blamed === gate ? decidedAtMinute : undefined;
  const would = observed();
  return typeof would === 'number' ? would : undefined;
}

/** Of a gate that stopped green the count that it blames; else what is furthest from its proof. */
const drawnCounter = (gate: JudgedGate, settled: number, stoppedAt: number | undefined): JudgedCounter | undefined =>
  stoppedAt === undefined
    ? (leastProven(gate, settled) ?? leadingCounter(gate, settled))
    : leadingCounter(gate, stoppedAt);

interface Word {
  readonly stops: (index: number) => boolean;
  readonly proven: (index: number) => boolean;
}

function bandOf({ gate }: JudgedGate, counter: JudgedCounter, evidence: Evidence, alpha: number, word: Word): GateBand {
  const { claims, estimate, ...axis } = axisOf(counter, evidence);
  const limit = Math.log(1 / alpha);
  const [lowers, uppers] = [
    endsOf(claims, 'above', counter.history, limit, evidence.rows.length),
    endsOf([...claims].reverse(), 'below', counter.history, limit, evidence.rows.length),
  ];
  const { tolerance, harm } = axis;
  // So far beyond a line that one sees it.
  const visibly = Math.abs((harm ?? 2 * tolerance) - tolerance) / 25 || 1e-4;
  return {
    ...{ gate, counts: counter.words.counts, confidence: 1 - alpha, ...axis },
    // As its ends are, so that an end on a line stays on it.
    tolerance: rounded(tolerance),
    ...(harm !== undefined && { harm: rounded(harm) }),
    looks: evidence.rows.map((_, index) => {
      const [lower, upper] = [lowers[index] ?? null, uppers[index] ?? null];
      const from = word.stops(index)
        ? Math.max(lower ?? -Infinity, tolerance + visibly)
        : lower === null
          ? null
          : Math.min(lower, tolerance);
      const until =
        harm === undefined
          ? upper
          : word.proven(index)
            ? Math.min(upper ?? Infinity, harm - visibly)
            : upper === null
              ? null
              : Math.max(upper, harm);
      // Both words may be given of one gate: of a green that is between tolerance and harm.
      const [low, high] = from !== null && until !== null && from > until ? [from, from + visibly] : [from, until];
      return [rounded(low), rounded(high), rounded(estimate(index + 1))];
    }),
  };
}

/** Five digits are finer than any picture. */
const rounded = <V extends number | null>(value: V): V =>
  value === null ? value : (Number(value.toPrecision(5)) as V);

/**
 * Up to where the claims are ruled out after each minute: from the first on, as those that follow are harder to rule
 * out. Between two claims the evidence is taken for linear.
 */
function endsOf(
  claims: readonly Claim[],
  direction: 'above' | 'below',
  history: readonly Count[],
  limit: number,
  length: number,
): readonly (number | null)[] {
  const ends: (number | null)[] = Array.from({ length }, () => null);
  let before: { readonly at: number; readonly path: readonly number[] } | undefined;
  for (const { at, minutes, points } of claims) {
    const path = pathOfEvidence(minutes, history, points, direction);
    let ruledOut = false;
    for (let index = 0; index < length; index++) {
      const [here, there] = [path[index] ?? 0, before?.path[index] ?? Infinity];
      if (here >= limit) [ends[index], ruledOut] = [at, true];
      else if (before !== undefined && there >= limit && there > here)
        ends[index] = before.at + ((at - before.at) * (there - limit)) / (there - here);
    }
    // What follows is ruled out by no look.
    if (!ruledOut) break;
    before = { at, path };
  }
  return ends;
}

/** Of the distance to harm; each step is 1.6 times the one before, from a sixth to a hundred times. */
const STEPS = [0, 1 / 6, ...Array.from({ length: 13 }, (_, step) => 0.25 * 1.6 ** step)];
/** Where no harm is defined, the scale is so many times the tolerance. */
const HARM_OF_TOLERANCE = 4;
const LEAST_SCALE = 0.002;
/** Beyond, no rate differs. */
const MOST = 0.98;

function axisOf(counter: JudgedCounter, evidence: Evidence): Axis {
  const { threshold, minutes, history, margin, harm } = counter;
  if (threshold !== undefined) return latencyAxis(threshold, evidence);
  const settled = totals(minutes, minutes.length).blue;
  const { events, requests } = totalOf([...history, settled]);
  const usual = (events + 0.5) / (requests + 1);
  const moreBy = ({ ratio, points }: HarmTest['test']['margin']) => (ratio - 1) * usual + points;
  const [tolerance, harmful] = [moreBy(margin), harm && moreBy(harm.test.margin)];
  const scale = Math.max(LEAST_SCALE, harmful ?? HARM_OF_TOLERANCE * tolerance);
  const sizes = STEPS.map((step) => step * scale).filter((size) => size < MOST);
  const ats = [...sizes.map((size) => -size).reverse(), ...sizes.slice(1), tolerance, ...(harm ? [harmful ?? 0] : [])];
  const ascending = [...new Set(ats)].sort((a, b) => a - b);
  return {
    ...{ unit: 'share', tolerance, ...(harmful !== undefined && { harm: harmful }) },
    claims: ascending.map((at) => ({ at, minutes, points: at })),
    estimate: (length) => {
      const { blue, green } = totals(minutes, length);
      return blue.requests === 0 || green.requests === 0
        ? null
        : green.events / green.requests - blue.events / blue.requests;
    },
  };
}

/**
 * Green's quantile minus blue's, in ms. "Green takes at most B where blue takes its threshold T" is "no more of green's
 * requests are beyond B than of blue's beyond T", for each B at which green is counted.
 */
function latencyAxis(place: number, evidence: Evidence): Axis {
  const { thresholds, rows } = evidence;
  const own = thresholds[place];
  const { quantile = 0.5, blueMs = 0, greenToleratedMs = 0, greenHarmfulMs = 0 } = own ?? {};
  return {
    ...{ unit: 'ms', quantile, tolerance: greenToleratedMs - blueMs, harm: greenHarmfulMs - blueMs },
    claims: boundsOf(thresholds, 'green').map(({ ms, counted, index }) => ({
      at: ms - blueMs,
      points: 0,
      minutes: pairMinutes(
        evidence,
        () => 0,
        (side) => side.durations,
        evidence.warmOnly !== true,
      ).map((minute, row) => ({
        ...minute,
        blueEvents: rows[row]?.blue.slow[place] ?? 0,
        greenEvents: rows[row]?.green[counted][index] ?? 0,
      })),
    })),
    estimate: (length) => {
      const until = rows.slice(0, length);
      const sum = (of: (blue: SideCounts) => number) => until.reduce((total, { blue }) => total + of(blue), 0);
      const [slow, timed] = [sum((blue) => blue.slow[place] ?? 0), sum(({ durations }) => durations)];
      // Where as many of green's requests are beyond as of blue's are beyond its threshold.
      const green = timed === 0 ? undefined : durationAt(thresholds, until, 'green', 1 - slow / timed);
      return green === undefined ? null : green.ms - blueMs;
    },
  };
}

/** Distances from the boundary that are bet on, in log odds. */
const DISTANCES = [0.1, 0.25, 0.6, 1.4, 3];
const HIGHEST_RATE = 0.999;

const above: Alternatives = (_rate, boundary) =>
  boundary >= 1 || boundary <= 0 ? [boundary] : DISTANCES.map((distance) => logistic(logit(boundary) + distance));
/** A boundary beyond all rates (blue at a half, and a difference of a half) is bet against from just within them. */
const below: Alternatives = (_rate, boundary) =>
  boundary <= 0
    ? [boundary]
    : DISTANCES.map((distance) => logistic(logit(Math.min(boundary, HIGHEST_RATE)) - distance));

/**
 * ln of the e-value against "green's rate minus blue's is at most `difference`" (`above`), or at least (`below`), after
 * each minute.
 */
export function pathOfEvidence(
  minutes: readonly MinuteCounts[],
  history: readonly Count[],
  difference: number,
  direction: 'above' | 'below',
): readonly number[] {
  const asItIs = difference >= 0;
  const test = {
    margin: { ratio: 1, points: Math.abs(difference) },
    alternatives: asItIs === (direction === 'above') ? above : below,
    history,
    share: 'realised' as const,
  };
  return mixOverAlternatives(twoArmScores(test, asItIs ? minutes : minutes.map(swap)));
}

const swap = (minute: MinuteCounts): MinuteCounts => ({
  blueEvents: minute.greenEvents,
  blueRequests: minute.greenRequests,
  greenEvents: minute.blueEvents,
  greenRequests: minute.blueRequests,
  weight: 1 - minute.weight,
});

export interface GateProof {
  readonly gate: GateName;
  /** ln of the gate's smallest e-value against "green is harmful", after each minute; `pass` needs ln(1/missRate). */
  readonly logNonInferiority: readonly number[];
}

/** For reports: how the proof of no harm grew, minute by minute. A judgement says only how far it has come. */
export function proofs(evidence: Evidence, settings: JudgeSettings): GateProof[] {
  return judgeGates(evidence, settings).map(({ gate, logNonInferiority }) => ({ gate, logNonInferiority }));
}
