import type { Evidence } from '../../evidence';
import { type JudgeSettings, judgeGates } from '../../gates/gates';
import type { GateName } from '../../gates/names';
import { type Alternatives, mixOverAlternatives } from '../../statistics/mixture';
import type { Count, MinuteCounts } from '../../statistics/counts';
import { logistic, logit } from '../../statistics/log-sum';
import { twoArmScores } from '../../statistics/two-arm';
import { leadingCounter } from '../4-verdict/decide';

/** Both ends of a difference of rates, green's minus blue's, -1 to 1. */
interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** Steps of bisection: 2 / 2^14 is a hundredth of a percentage point. */
const STEPS = 14;
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
 * A confidence sequence for green's rate minus blue's: the differences d that the minutes do not rule out at level `alpha`
 * in either direction, {d : E_d < 1/alpha}, where E_d is the two-arm test with ratio 1 and points d. Each end holds at
 * every look at once: P(ever beyond one end | the difference is the same in every minute) <= alpha (Ville), so both
 * together hold with 1 - 2 alpha. By bisection, as evidence falls as the difference that is claimed moves away.
 *
 * @param history blue's own counts before the canary, which seed the guess of its rate
 * @returns -1 and 1 where nothing is known
 */
export function differenceBounds(minutes: readonly MinuteCounts[], history: readonly Count[], alpha: number): Bounds {
  const limit = Math.log(1 / alpha);
  const isAbove = (difference: number) => most(pathOfEvidence(minutes, history, difference, 'above')) >= limit;
  const isBelow = (difference: number) => most(pathOfEvidence(minutes, history, difference, 'below')) >= limit;
  return { lower: lastTrue(isAbove, -1, 1), upper: lastTrue((difference) => isBelow(-difference), -1, 1) * -1 };
}

const most = (path: readonly number[]): number => path.at(-1) ?? 0;

/** The largest value up to which `holds`, which holds from some value on downwards only; `least` if it holds nowhere. */
function lastTrue(holds: (value: number) => boolean, least: number, most: number): number {
  let [low, high] = [least, most];
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * ln of the e-value against "green's rate minus blue's is at most `difference`" (`above`), or at least (`below`), after each
 * minute.
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

export interface GateDifference extends Bounds {
  readonly gate: GateName;
  /** What the rates count, in words. */
  readonly counts: string;
  /** Each end holds with this confidence, at all looks at once. */
  readonly confidence: number;
}

/**
 * For reports: by how much green's rate differs from blue's on each gate's leading counter, with bounds that hold at
 * every look. It takes longer than a judgement (two bisections a gate), so it is asked for once, when a rollout has ended.
 */
export function differences(evidence: Evidence, settings: JudgeSettings): GateDifference[] {
  return judgeGates(evidence, settings).flatMap((gate) => {
    const counter = leadingCounter(gate, evidence.rows.length);
    if (counter === undefined || evidence.rows.length === 0) return [];
    return [
      {
        gate: gate.gate,
        counts: counter.words.counts,
        confidence: 1 - settings.falseAlarmRate,
        ...differenceBounds(counter.minutes, counter.history, settings.falseAlarmRate),
      },
    ];
  });
}

export interface GateProof {
  readonly gate: GateName;
  /** ln of the gate's smallest e-value against "green is harmful", after each minute; `pass` needs ln(1/missRate). */
  readonly logNonInferiority: readonly number[];
}

/** For reports: how the proof of no harm grew, minute by minute. A judgement says only how far it has come. */
export function proofs(evidence: Evidence, settings: JudgeSettings): GateProof[] {
  return judgeGates(evidence, settings).map(({ gate, logNonInferiority }) => ({ gate, logNonInferiority }));
}
