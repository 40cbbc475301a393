import type { Evidence, SideCounts } from '../../../lambdas/domain/evidence';
import { judgeGates, type JudgeSettings } from '../../../lambdas/domain/gates/gates';
import { judge } from '../../../lambdas/domain/judge/judge';
import { expectation, fixedMinutes, pairs } from '../worlds';

/** Made once from the formulas as they are. */
export interface Given {
  readonly settings: JudgeSettings;
  /** Like blue and calm, with room for everything to be proven. */
  readonly healthy: Evidence;
  readonly traces: readonly { readonly gate?: string; readonly at: number; readonly evidence: Evidence }[];
}

/** As wide as can be: no class is rare. */
const NO_RARE = { tolerance: { ratio: 100, points: 1 }, harm: { ratio: 100, points: 1 } };
const POINTS_ALONE = { tolerancePoints: 0.01, togetherPoints: 0.05, rare: NO_RARE };

export const predictionsAlone = (tolerancePoints: number, harmPoints: number): JudgeSettings['gates'] => ({
  predictions: { mode: 'enforce', tolerancePoints, harmPoints, togetherPoints: harmPoints, rare: NO_RARE },
});

export const HAIR = 1e-9;

export type Check = (given: Given) => boolean;

/** Of what versions answer. */
export const CLASS_CHECKS: Readonly<Record<string, Check>> = {
  'a rare class that vanishes is seen, and one that stays is not': ({ settings, healthy }) => {
    const rare = (classes: readonly number[], of: readonly number[]) => ({
      ...healthy,
      baseline: healthy.baseline.map((row) => ({ ...row, blue: { ...row.blue, classes: of } })),
      rows: healthy.rows.map((row) => ({
        ...row,
        blue: { ...row.blue, classes: of },
        green: { ...row.green, classes },
      })),
    });
    const blue = [89_550, 450, 0, 0];
    return (
      judge(rare([10_000, 0, 0, 0], blue), settings).gate === 'predictions' &&
      judge(rare([9950, 50, 0, 0], blue), settings).gates.find(({ gate }) => gate === 'predictions')?.nonInferior ===
        true
    );
  },

  'no bet on all classes together wins on average': ({ settings, healthy }) => {
    const world = { blue: [0.5, 0.3, 0.2], green: [0.52, 0.33, 0.15], weight: 0.4 };
    const one = fixedMinutes(world, 2, 2);
    const rules = { gates: { predictions: { mode: 'enforce' as const, ...POINTS_ALONE, harmPoints: 0.05 } } };
    const counted = (classes: readonly number[], side: SideCounts) => ({ ...side, classes });
    const mean = expectation(pairs(one, one), (minutes) => {
      const rows = minutes.flatMap(({ blue, green }, index) => {
        const row = healthy.rows[index];
        return row ? [{ ...row, blue: counted(blue, row.blue), green: counted(green, row.green) }] : [];
      });
      const evidence = { ...healthy, baseline: [], classNames: ['a', 'b', 'c'], rows };
      const [gate] = judgeGates(evidence, { ...settings, ...rules });
      return Math.exp(gate?.counters.at(-1)?.logEvidence[1] ?? NaN);
    });
    return mean <= 1 + HAIR && mean > 0.8;
  },
};
