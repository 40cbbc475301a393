import {
  asGoodAsBlue,
  worseByAnyAmount,
  mixOverAlternatives,
  mixOverStartMinutes,
} from '../../lambdas/domain/statistics/mixture';
import { projectOntoMargin } from '../../lambdas/domain/statistics/information';
import { twoArmScores } from '../../lambdas/domain/statistics/two-arm';
import { orderedBinScores } from '../../lambdas/domain/statistics/ordered-bins';
import { referenceLogEvidence, tiltGuard, tiltShapes } from './reference';
import { traces } from './trace';
import vectors from './vectors.json';

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

interface Tilt2 {
  readonly options: {
    readonly p: readonly number[];
    readonly scores: readonly number[];
    readonly horizon: number;
    readonly temper: { readonly on: boolean };
  };
  readonly minutes: readonly (readonly [number[], number, number[], number, number])[];
}

const farthest = (differences: readonly number[]): number => Math.max(...differences.map(Math.abs));

describe('the arithmetic agrees with an independent implementation', () => {
  it('projects 40 alternatives onto margins to 1e-9', () => {
    const differences = vectors.project.map(
      ({ b1, g1, wg, psi, delta, x }) => projectOntoMargin(b1, g1, wg, { ratio: psi, points: delta }) - x,
    );
    expect(differences).toHaveLength(40);
    expect(farthest(differences)).toBeLessThan(1e-9);
  });

  it.each((vectors.bern2 as unknown as Bern2[]).map((vector, index) => [index, vector] as const))(
    'follows two-arm series %i in both directions, with and without guard and start mixture, to 1e-6',
    (_index, { options, w, minutes }) => {
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
      expect(farthest(series.map((value, index) => value - (minutes[index]?.[4] ?? NaN)))).toBeLessThan(1e-6);
    },
  );

  it('mixes over start minutes, beyond the horizon too, to 1e-12', () => {
    const [mix] = vectors.mix as unknown as { horizon: number; steps: (readonly [number[], number])[] }[];
    const series = mixOverStartMinutes(mix?.steps.map(([scores]) => scores) ?? [], mix?.horizon ?? 0);
    expect(series).toHaveLength(12);
    expect(farthest(series.map((value, index) => value - (mix?.steps[index]?.[1] ?? NaN)))).toBeLessThan(1e-12);
  });

  it.each((vectors.tilt2 as unknown as Tilt2[]).map((vector, index) => [index, vector] as const))(
    'follows ordered-bins series %i with shapes of an exponential tilt, with and without its own guard, to 1e-6',
    (_index, { options: { p, scores, horizon, temper }, minutes }) => {
      const bins = minutes.map(([green, ofGreen, blue, ofBlue]) => ({
        green,
        blue,
        greenShare: ofGreen / (ofGreen + ofBlue),
      }));
      const believed = temper.on ? tiltGuard(p, scores, bins) : [];
      const series = mixOverStartMinutes(
        orderedBinScores(tiltShapes(p, scores), bins, (_, minute) => believed[minute] ?? 1),
        horizon,
      );
      expect(farthest(series.map((value, index) => value - (minutes[index]?.[4] ?? NaN)))).toBeLessThan(1e-6);
    },
  );

  /** Two canaries of at most 10 requests a minute, where a rounding of the thresholds is not the same. */
  const SPARSE = ['001', '072'];

  it.each(traces().map((trace) => [trace.id, trace] as const))(
    'puts together from the parts the judge that the reference is, on %s',
    (id, trace) => {
      const golden = vectors.judge.find((one) => one.trace === `${id}.json`);
      const series = referenceLogEvidence(trace).slice(0, golden?.logE.length);
      const away = farthest(series.map((value, index) => value - (golden?.logE[index] ?? NaN)));
      expect(away).toBeLessThan(SPARSE.some((sparse) => id.startsWith(sparse)) ? 2e-3 : 5e-5);
      const decided = series.findIndex((value) => value >= Math.log(100)) + 1;
      expect(decided).toBe(golden?.decision === 'FAIL' ? golden.at : 0);
    },
  );
});
