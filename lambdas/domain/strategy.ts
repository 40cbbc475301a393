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

export const plannedMinutes = (steps: readonly StrategyStep[]): number =>
  steps.reduce((sum, step) => sum + step.bakeMinutes, 0);
