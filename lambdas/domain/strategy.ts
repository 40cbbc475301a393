/** How traffic goes to green: weights and how long each bakes. */

export interface StrategyStep {
  /** Green's share of live traffic, whole percent, 1 to 99. */
  readonly weight: number;
  /** Whole minutes of evidence at this weight, at least 1. */
  readonly bakeMinutes: number;
}

const linear10Percent = (bakeMinutes: number): readonly StrategyStep[] =>
  [10, 20, 30, 40, 50, 60, 70, 80, 90].map((weight) => ({ weight, bakeMinutes }));

/** The named strategies. `AllAtOnce` has no step: green is promoted as soon as it is verified. */
export const STRATEGY_PRESETS = {
  AllAtOnce: [],
  Canary10Percent5Minutes: [{ weight: 10, bakeMinutes: 5 }],
  Canary10Percent15Minutes: [{ weight: 10, bakeMinutes: 15 }],
  Linear10PercentEvery1Minute: linear10Percent(1),
  Linear10PercentEvery10Minutes: linear10Percent(10),
  Progressive: [1, 5, 10, 25, 50].map((weight) => ({ weight, bakeMinutes: 5 })),
} as const satisfies Record<string, readonly StrategyStep[]>;

export type StrategyPreset = keyof typeof STRATEGY_PRESETS;
export const STRATEGY_PRESET_NAMES = Object.keys(STRATEGY_PRESETS) as [StrategyPreset, ...StrategyPreset[]];

export type Strategy = StrategyPreset | { readonly steps: readonly StrategyStep[] };

export const strategySteps = (strategy: Strategy): readonly StrategyStep[] =>
  typeof strategy === 'string' ? STRATEGY_PRESETS[strategy] : strategy.steps;

/** "Canary10Percent5Minutes (10 % for 5 min)". */
export function strategyInWords(strategy: Strategy): string {
  const steps = strategySteps(strategy).map(({ weight, bakeMinutes }) => `${weight} % for ${bakeMinutes} min`);
  const shown = steps.length > MOST_SHOWN ? [...steps.slice(0, MOST_SHOWN - 1), '…', steps.at(-1)!] : steps;
  const words = shown.length === 0 ? '100 % at once' : shown.join(', ');
  return typeof strategy === 'string' ? `${strategy} (${words})` : words;
}
const MOST_SHOWN = 6;

export const plannedMinutes = (steps: readonly StrategyStep[]): number =>
  steps.reduce((sum, step) => sum + step.bakeMinutes, 0);

/**
 * True when users meet green no sooner and no more often: at no minute of evidence does `chosen` give green more than `own`
 * would, and it bakes as long. What comes after the last weight comes by proof and not by time, so that own's largest weight
 * is a limit for all of chosen's, however late. Nothing is less careful than going all at once.
 */
export function isAtLeastAsCareful(chosen: readonly StrategyStep[], own: readonly StrategyStep[]): boolean {
  if (own.length === 0) return true;
  if (plannedMinutes(chosen) < plannedMinutes(own)) return false;
  let begins = 0;
  return chosen.every(({ weight, bakeMinutes }) => {
    const allowed = weightAt(own, begins);
    begins += bakeMinutes;
    return weight <= allowed;
  });
}

/** Weights grow from step to step, so that the one at a step's begin is the least of its time. */
function weightAt(steps: readonly StrategyStep[], minute: number): number {
  let until = 0;
  return steps.find(({ bakeMinutes }) => minute < (until += bakeMinutes))?.weight ?? steps.at(-1)?.weight ?? 0;
}
