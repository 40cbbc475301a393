import type { Evidence, SideCounts } from '../../../lambdas/domain/evidence';
import { durationBins, shiftShapes, tailShapes } from '../../../lambdas/domain/gates/latency-quantiles';
import { judge, checkRouting } from '../../../lambdas/domain/judge/judge';
import {
  asGoodAsBlue,
  worseByAnyAmount,
  mixOverAlternatives,
  mixOverStartMinutes,
} from '../../../lambdas/domain/statistics/mixture';
import { believableShares } from '../../../lambdas/domain/statistics/guard';
import { orderedBinScores } from '../../../lambdas/domain/statistics/ordered-bins';
import { ownNoise } from '../../../lambdas/domain/statistics/own-noise';
import { twoArmScores } from '../../../lambdas/domain/statistics/two-arm';
import { CLASS_CHECKS, type Check, type Given, HAIR, predictionsAlone } from './class-checks';
import { tiltShapes } from '../reference';
import vectors from '../vectors.json';
import { beyond, expectation, fixedMinutes, multinomial, routedMinutes, type World } from '../worlds';

/** The suite's core in little, without a test runner, so that it can be put to changed formulas by the dozen. */

const close = (a: number, b: number, hair = 1e-6) => Math.abs(a - b) <= hair;
const first = (evidence: Evidence, count: number): Evidence => ({
  ...evidence,
  rows: evidence.rows.slice(0, count),
});
const changed = (evidence: Evidence, green: (side: SideCounts) => Partial<SideCounts>): Evidence => ({
  ...evidence,
  rows: evidence.rows.map((row) => ({ ...row, green: { ...row.green, ...green(row.green) } })),
});

const CHECKS: Readonly<Record<string, Check>> = {
  ...CLASS_CHECKS,

  'golden series of two arms': () =>
    (vectors.bern2 as unknown as Bern2[]).every(({ options, w, minutes }) => {
      const scores = twoArmScores(
        {
          margin: { ratio: options.psi, points: options.delta },
          alternatives: options.side === 1 ? worseByAnyAmount : asGoodAsBlue,
          history: [{ events: options.b0 * options.n0, requests: options.n0 }],
          guarded: options.temper.on,
        },
        minutes.map(([greenEvents, greenRequests, blueEvents, blueRequests]) => ({
          greenEvents,
          greenRequests,
          blueEvents,
          blueRequests,
          weight: w,
        })),
      );
      const series = options.startMix ? mixOverStartMinutes(scores, options.horizon) : mixOverAlternatives(scores);
      return series.every((value, index) => close(value, minutes[index]?.[4] ?? NaN));
    }),

  'golden series of the mixture': () =>
    (vectors.mix as unknown as { horizon: number; steps: [number[], number][] }[]).every(({ horizon, steps }) =>
      mixOverStartMinutes(
        steps.map(([scores]) => scores),
        horizon,
      ).every((value, index) => close(value, steps[index]?.[1] ?? NaN)),
    ),

  'no bet on two arms wins on average': () =>
    [0.01, 0.2, 0.7].every((blue) => {
      const green = 1.2 * blue + 0.01;
      const world: World = { blue: [1 - blue, blue], green: [1 - green, green], weight: 0.3 };
      return [fixedMinutes(world, 6, 5), routedMinutes(world, 7)].every((outcomes, routed) => {
        const test = { margin: { ratio: 1.2, points: 0.01 }, alternatives: worseByAnyAmount, history: [] };
        const share = routed ? ('routed' as const) : ('realised' as const);
        const mean = expectation(outcomes, (bins) =>
          Math.exp(mixOverStartMinutes(twoArmScores({ ...test, share }, [beyond(bins, 1, world.weight)]), 2)[0] ?? NaN),
        );
        return mean <= 1 + HAIR && mean > 0.5;
      });
    }),

  'golden series of ordered bins': () =>
    (vectors.tilt2 as unknown as Tilt2[])
      .filter(({ options }) => !options.temper.on)
      .every(({ options: { p, scores, horizon }, minutes }) => {
        const bins = minutes.map(([green, ofGreen, blue, ofBlue]) => ({
          green,
          blue,
          greenShare: ofGreen / (ofGreen + ofBlue),
        }));
        return mixOverStartMinutes(orderedBinScores(tiltShapes(p, scores), bins), horizon).every((value, index) =>
          close(value, minutes[index]?.[4] ?? NaN),
        );
      }),

  'no bet on ordered bins wins on average': () => {
    const world = { blue: [0.5, 0.3, 0.2], green: [0.5, 0.3, 0.2], weight: 0.3 };
    const mean = expectation(fixedMinutes(world, 4, 3), (bins) =>
      Math.exp(orderedBinScores([[0.5, 1, 2]], [bins])[0]?.[0] ?? NaN),
    );
    return mean <= 1 + HAIR && mean > 0.5;
  },

  'shapes rise': ({ healthy }) => {
    const { thresholds } = healthy;
    const usual = thresholds.map((threshold) => [threshold.blueMs, Math.round(1000 * (1 - threshold.quantile))]);
    // Next to none between 50 and 400 ms, where a slow tail would lie, and many just beyond.
    const odd = [
      [50, 100],
      [400, 95],
      [410, 5],
    ];
    return [usual, odd].every((hour) => {
      const bins = durationBins(
        hour.map(([blueMs = 0, events = 0], index) => ({
          threshold: { ...thresholds[index]!, blueMs },
          minutes: [],
          history: [{ events, requests: 1000 }],
        })),
      );
      return [...shiftShapes(bins), ...tailShapes(bins)].every((shape) =>
        shape.every((ratio, bin) => ratio > 0 && ratio >= (shape[bin - 1] ?? 0) * (1 - 1e-12)),
      );
    });
  },

  'the guard only ever holds back, forgives one wild minute, and hears a noisy blue': () => {
    const calm = { blueEvents: 90, blueRequests: 9000, greenEvents: 10, greenRequests: 1000, weight: 0.1 };
    const wild = { ...calm, greenEvents: 1000, blueEvents: 0 };
    const at = (minutes: (typeof calm)[], own?: NonNullable<Parameters<typeof believableShares>[3]>[number]) =>
      believableShares(
        minutes,
        minutes.map(() => 0.01),
        minutes.map(() => 0.1),
        minutes.map(() => own),
      );
    const long = Array.from({ length: 30 }, () => calm);
    const forgiven = at([...long, wild, calm])[31] ?? 0;
    const [noisy] = ownNoise(
      Array.from({ length: 40 }, (_, index) => ({ events: 100 * (index % 3), requests: 10_000 })),
      [calm],
    );
    const [quiet] = ownNoise(
      Array.from({ length: 40 }, () => ({ events: 100, requests: 10_000 })),
      [calm],
    );
    return (
      [...at(long), ...at(long, quiet)].every((factor) => factor > 0 && factor <= 1) &&
      forgiven > 1 / 100 &&
      (at([calm], noisy)[0] ?? 1) < 0.5 * (at([calm], quiet)[0] ?? 0)
    );
  },

  'later minutes change nothing that was': ({ settings, traces }) =>
    traces.every(({ evidence }) => {
      const whole = judge(evidence, settings).logEvidence;
      const part = judge(first(evidence, 5), settings).logEvidence;
      return part.every((value, index) => value === whole[index]);
    }),

  'recorded canaries': ({ settings, traces }) =>
    traces.every(({ gate, at, evidence }) => {
      const judgement = judge(evidence, settings);
      if (gate === undefined) return judgement.verdict !== 'fail';
      return judgement.gate === gate && judgement.decidedAtMinute !== undefined && judgement.decidedAtMinute <= at;
    }),

  'proof once given stays': ({ settings, healthy }) => {
    const proofs = healthy.rows.map((_, index) =>
      judge(first(healthy, index + 1), settings).gates.map(({ logNonInferiority }) => logNonInferiority),
    );
    const bad = changed(healthy, ({ invocations: requests }) => ({ errors: Math.ceil(0.02 * requests) }));
    const turned = { ...healthy, minutes: [...healthy.rows.slice(0, 10), ...bad.rows.slice(10)] };
    const later = judge(turned, settings).gates[0]?.logNonInferiority ?? 0;
    return (
      proofs.every((gates, index) => gates.every((proof, gate) => proof >= (proofs[index - 1]?.[gate] ?? 0))) &&
      later >= (proofs[9]?.[0] ?? Infinity)
    );
  },

  'a pass comes with the minimum, a harmed class never passes': ({ settings, healthy }) => {
    const soon = { ...settings, minimumMinutes: 10 };
    const harmed = changed(healthy, ({ classes: [cat = 0, dog = 0, ...rest] }) => {
      const moved = Math.round(0.055 * (cat + dog));
      return { classes: [cat - moved, dog + moved, ...rest] };
    });
    const lax = { ...soon, gates: predictionsAlone(0.3, 0.03 + 0.27) };
    const strict = { ...soon, gates: predictionsAlone(0.02, 0.02) };
    return (
      judge(first(healthy, 9), soon).verdict === 'continue' &&
      judge(first(healthy, 10), soon).verdict === 'pass' &&
      judge(first(harmed, 10), lax).verdict === 'pass' &&
      judge(first(harmed, 10), strict).gates[0]?.nonInferior === false
    );
  },

  'a fail stands': ({ settings, healthy }) => {
    const broken = changed(healthy, ({ invocations: requests }) => ({
      errors: requests,
      nonFiniteOutputs: requests,
      classes: [0, 0, 0, 0],
    }));
    const mixed = { ...healthy, rows: [...broken.rows.slice(0, 3), ...healthy.rows.slice(3)] };
    const judgement = judge(mixed, settings);
    return judgement.verdict === 'fail' && judgement.decidedAtMinute === 1 && judgement.gate === 'errors';
  },

  'without a request there is no evidence, and the limit is ln 100': ({ settings, healthy }) => {
    const none = { invocations: 0, errors: 0, durations: 0, classes: [0, 0, 0, 0] };
    const idle = (side: SideCounts): SideCounts => ({
      ...side,
      ...none,
      slow: side.slow.map(() => 0),
      verySlow: side.verySlow.map(() => 0),
    });
    const nothing = healthy.rows.map((row) => ({ ...row, blue: idle(row.blue), green: idle(row.green) }));
    const { logEvidence, logLimit } = judge({ ...healthy, rows: nothing }, settings);
    return logEvidence.every((value) => close(value, 0, 1e-9)) && close(logLimit, Math.log(100), 1e-12);
  },

  'an expected shift is no reason to stop': ({ settings, traces }) =>
    traces
      .filter(({ gate }) => gate === 'predictions')
      .every(({ evidence }) => {
        const shareOf = (side: 'blue' | 'green', index: number) => {
          const sum = (of: (counts: readonly number[]) => number) =>
            evidence.rows.reduce((total, row) => total + of(row[side].classes), 0);
          return sum((counts) => counts[index] ?? 0) / sum((counts) => counts.reduce((all, one) => all + one, 0));
        };
        const classes = evidence.classNames.map((_, index) => ({
          shift: shareOf('green', index) - shareOf('blue', index),
          standardError: 0.01,
        }));
        const expectedShift = { source: 'golden set', answers: 1000, labelled: true, approved: true, classes } as const;
        return judge({ ...evidence, expectedShift }, settings).verdict !== 'fail';
      }),

  'groups of failures are heard, and an incident is not': () => {
    const hour = Array.from({ length: 60 }, () => ({ events: 0, requests: 100 }));
    const ten = hour.map((one, index) => (index % 12 === 5 ? { ...one, events: 10 } : one));
    const outage = hour.map((one, index) =>
      index >= 20 && index < 25 ? { ...one, events: 50 } : { ...one, events: 1 },
    );
    const noise = (of: typeof hour) => ownNoise(of, [{ blueEvents: 0, blueRequests: 0 }])[0]?.clustering ?? 0;
    return noise(ten) > 8 && noise(outage) === 1;
  },

  'the check of the routing does not win on average': ({ healthy }) => {
    const [row] = healthy.rows;
    if (row === undefined) return false;
    const mean = expectation(multinomial(9, [0.9, 0.1]), ([blue = 0, green = 0]) =>
      Math.exp(
        checkRouting([
          {
            ...row,
            weight: 0.1,
            blue: { ...row.blue, invocations: blue },
            green: { ...row.green, invocations: green },
          },
        ]).logEvidence,
      ),
    );
    return close(mean, 1);
  },
};

interface Tilt2 {
  readonly options: {
    readonly p: readonly number[];
    readonly scores: readonly number[];
    readonly horizon: number;
    readonly temper: { readonly on: boolean };
  };
  readonly minutes: readonly (readonly [number[], number, number[], number, number])[];
}

interface Bern2 {
  readonly options: {
    readonly psi: number;
    readonly delta: number;
    readonly side: number;
    readonly b0: number;
    readonly n0: number;
    readonly horizon: number;
    readonly startMix: boolean;
    readonly temper: { readonly on: boolean };
  };
  readonly w: number;
  readonly minutes: readonly (readonly [number, number, number, number, number])[];
}

/** The name of the first check that does not hold, or that broke; undefined when all hold. */
export function firstBroken(given: Given): string | undefined {
  return Object.entries(CHECKS).find(([, holds]) => {
    try {
      return !holds(given);
    } catch {
      return true;
    }
  })?.[0];
}
