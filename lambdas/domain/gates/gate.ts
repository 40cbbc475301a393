import type * as z from 'zod';
import type { Baseline, BaselineMinute, Evidence, SideCounts, EventCount } from '../evidence';
import { logSumExp } from '../statistics/summaries';
import type { JudgedCounter } from './counter';
import type { Mode, OrderedPair, Margin } from './margins';
import type { GateName } from './names';
import type { Count, MinuteCounts } from '../statistics/counts';
import type { Reach } from '../statistics/two-arm';
import { informationPerGreenRequest } from '../statistics/information';

/**
 * How a simulated green differs from blue in every minute. Rates are shares, 0.05 for five points; factors multiply.
 */
export type Regression =
  | { readonly type: 'none' }
  /** So many more of all requests fail; 1 is a total failure. */
  | { readonly type: 'points'; readonly points: number }
  /** Requests fail so many times as often as blue's in the same minute. */
  | { readonly type: 'factor'; readonly factor: number }
  /** Every request takes so many times as long. */
  | { readonly type: 'slower'; readonly factor: number }
  /** So many of all answers are blue's second most frequent class where blue says its most frequent one. */
  | { readonly type: 'moved'; readonly points: number }
  /**
   * Of the answers of blue's rarest class so large a part is its most frequent one; 1 is a class that is never said.
   */
  | { readonly type: 'lost'; readonly part: number }
  /** So many more of all requests are turned away by Lambda. */
  | { readonly type: 'throttled'; readonly points: number }
  /** So many more of what this gate counts are events. */
  | { readonly type: 'events'; readonly gate: GateName; readonly points: number };

export const AS_GOOD_AS_BLUE: Regression = { type: 'none' };

export const errorRateOf = (blue: number, regression: Regression): number => {
  switch (regression.type) {
    case 'points':
      return Math.min(1, blue + regression.points);
    case 'factor':
      return Math.min(1, blue * regression.factor);
    case 'none':
    case 'slower':
    case 'moved':
    case 'lost':
    case 'throttled':
    case 'events':
      return blue;
  }
};

/** A gate's name, or that and what of it grows where it has several scales. */
export type ScaleName = GateName | 'errors-points' | 'errors-factor' | 'predictions-lost';

/** A kind of regression in steps from small to large. */
export interface Scale {
  readonly name: ScaleName;
  readonly gate: GateName;
  /** Points as shares, factors as they are; of latency the part that a request takes longer, 0.1 for 10 %. */
  readonly sizes: readonly number[];
  readonly regressionOf: (size: number) => Regression;
  /** Nats that one green request is worth against it, of one count of the gate: a hint where to begin, no more. */
  readonly worth: (size: number, greenShare: number) => number;
}

/** What blue did in all minutes that `plan` knows. */
export interface BlueSum {
  readonly requests: number;
  readonly errors: number;
  readonly throttles: number;
  readonly durations: number;
  /** Of one measure, by its name: the one that regressions are tried on. */
  readonly measure: string;
  readonly classes: readonly number[];
  /** By the names of gates that count for themselves. */
  readonly counted: Readonly<Record<string, EventCount>>;
  /** Of its durations; undefined where none are known. */
  readonly slowness: { readonly medianMs: number; readonly beyond: (ms: number) => number } | undefined;
}

/** What `plan` asks of a gate. */
export interface Planned {
  readonly scales: (blue: BlueSum) => readonly Scale[];
  /** A scale that there is nothing to try on, and why. */
  readonly notTried?: (blue: BlueSum) => readonly { readonly kind: ScaleName; readonly why: string }[];
  /** Why nothing can be simulated, where that is so: the gate is left out. */
  readonly lacks: (blue: BlueSum) => string | undefined;
}

/** Neighbouring sizes differ by a sixteenth. */
const STEP = 1.0625;
/** One request in 5,000. */
export const SMALLEST_POINTS = 0.0002;

export const sizesFrom = (first: number, last: number): number[] => {
  const count = Math.floor(Math.log(last / first) / Math.log(STEP) + 1e-9);
  const sizes = Array.from({ length: Math.max(0, count + 1) }, (_, index) => first * STEP ** index);
  return sizes.length > 0 && (sizes.at(-1) ?? 0) < last ? [...sizes, last] : sizes;
};

/** Of one yes-or-no count, of which green has so many more; none where nothing was counted. */
export function pointsScale(
  gate: GateName,
  { events, requests }: EventCount,
  tolerance: Margin,
  regressionOf: Scale['regressionOf'],
): readonly Scale[] {
  if (!(requests > 0)) return [];
  const rate = Math.min(1, events / requests);
  return [
    {
      name: gate,
      gate,
      sizes: sizesFrom(SMALLEST_POINTS, 1 - rate),
      regressionOf,
      worth: (size, share) => informationPerGreenRequest(rate, Math.min(1, rate + size), share, tolerance),
    },
  ];
}

/** A gate as a module: everything that is its own. `GATES` lists them; nothing else names one. */
export interface GateKind<Schema extends z.ZodType = z.ZodType> {
  /** With its defaults. */
  readonly settings: Schema;
  /**
   * A metric that the model server emits for this gate alone: its sum is the events, of all requests. Each minute with
   * requests has a value, a zero if need be. CloudWatch is asked for it, and a side then has it in `counted`.
   * @default the gate judges what each side counts anyway
   */
  readonly metric?: string;
  /**
   * What calls of both versions tell of it at once, before any minute has settled: how each answers, or how often one
   * is turned away. @default nothing
   */
  readonly calls?: 'answers' | 'turns';
  /** What of it grows in a plan, by the name of the scale. @default points, of what it counts */
  readonly scales?: Readonly<Partial<Record<ScaleName, ScaleWords>>>;
  /** Tolerances and harms of one kind. */
  pairs(settings: z.output<Schema>): readonly OrderedPair[];
  gate(settings: z.output<Schema>): Gate;
}

/** How a size of a scale is told: "more of all requests fail", in points. */
export interface ScaleWords {
  readonly says: string;
  readonly unit: 'points' | 'times' | 'percent';
}

/** A gate that is switched on, with its settings. */
export interface Gate {
  readonly name: GateName;
  readonly mode: Mode;
  /** Its part of the whole bet: what goes wrong most often, and is worst, gets most. They are scaled to sum to 1. */
  readonly part: number;
  /** What its counts are parts of. */
  readonly noun: string;
  /** Why it may have nothing to count. */
  readonly nothing: string;
  /** Counters stand for one and the same thing, so that the first to see it is enough; else each must be found. */
  readonly oneIsEnough?: true;
  /**
   * Why it is not judged; then it neither stops nor holds up a rollout. In a canary it is decided beforehand, by the
   * baseline alone.
   */
  readonly notJudged?: (evidence: Evidence) => string | undefined;
  /**
   * Of a gate that is not judged: what it counts never came, by which one sees that the endpoint does without it.
   * @default it came, and too little
   */
  readonly isUnused?: (baseline: Pick<Baseline, 'labels'>) => boolean;
  /** Whether a side has its counts at all; where no side has, they were not counted. @default they always are there */
  readonly present?: (side: BaselineMinute['blue']) => boolean;
  /** That its counts are missing beside requests, in words: in the watch that is as bad as no numbers at all. */
  readonly silence?: (evidence: Evidence) => string | undefined;
  /** Puts its counts to their tests; none where there is nothing to count. */
  readonly judge: (evidence: Evidence) => readonly JudgedCounter[];
  readonly planned: Planned;
}

/** A gate that was judged. Without counters it had nothing to count: never evidence, and never proof of health. */
export interface JudgedGate {
  readonly gate: GateName;
  readonly of: Pick<Gate, 'mode' | 'part' | 'noun' | 'nothing' | 'oneIsEnough'>;
  readonly counters: readonly JudgedCounter[];
  readonly logEvidence: readonly number[];
  readonly logNonInferiority: readonly number[];
}

/** Those that decide: what is only observed cannot fail, hold up or lengthen a rollout. */
export const deciding = (gates: readonly JudgedGate[]): readonly JudgedGate[] =>
  gates.filter(({ of }) => of.mode === 'enforce');

/**
 * Averages the counters' e-values by their parts (valid however they depend on each other), and takes the smallest
 * non-inferiority: green must be proven harmless on every count, so no split of the miss rate is needed.
 */
export function judgedGate(gate: Gate, evidence: Evidence): JudgedGate {
  const counters = gate.judge(evidence);
  const parts = counters.map((counter) => Math.log(counter.part));
  const proofs = counters.flatMap((counter) => (counter.logNonInferiority ? [counter.logNonInferiority] : []));
  const before = evidence.replayed?.[gate.name] ?? 0;
  const perMinute = (value: (index: number) => number) =>
    Array.from({ length: evidence.rows.length }, (_, index) => value(index));
  return {
    gate: gate.name,
    of: gate,
    counters,
    logEvidence: perMinute((index) =>
      counters.length === 0
        ? 0
        : logSumExp(counters.map((counter, k) => (parts[k] ?? 0) + (counter.logEvidence[index] ?? 0))),
    ),
    logNonInferiority: perMinute((index) =>
      proofs.length === 0 ? 0 : before + Math.min(...proofs.map((proof) => proof[index] ?? 0)),
    ),
  };
}

/**
 * The requests that green can expect within the bake: blue's rate before the canary, the first weight, the planned
 * minutes.
 */
export function reachOf(evidence: Evidence, history: readonly Count[]): Reach {
  const perMinute = history.reduce((sum, { requests }) => sum + requests, 0) / Math.max(1, history.length);
  const weight = evidence.rows[0]?.weight ?? 0;
  return { greenRequests: perMinute * weight * evidence.horizonMinutes, minutes: evidence.horizonMinutes };
}

type BlueCounts = BaselineMinute['blue'];

/** Reads one count off both sides of every minute. `countsAll` is false where some requests are not. */
export function pairMinutes(
  evidence: Evidence,
  events: (side: SideCounts) => number,
  requests: (side: SideCounts) => number,
  countsAll = true,
): MinuteCounts[] {
  return evidence.rows.map((minute) => ({
    blueEvents: events(minute.blue),
    blueRequests: requests(minute.blue),
    greenEvents: events(minute.green),
    greenRequests: requests(minute.green),
    weight: minute.weight,
    routed: evidence.oneAfterTheOther !== true && countsAll,
  }));
}

/** Reads one count off blue's own minutes before the canary. */
export const historyOf = (
  evidence: Evidence,
  events: (blue: BlueCounts) => number,
  requests: (blue: BlueCounts) => number,
): Count[] => evidence.baseline.map(({ blue }) => ({ events: events(blue), requests: requests(blue) }));
