import { MINUTE_MS } from './minutes';

/** How traffic goes to green: weights and how long each bakes. */

/** What may end a step before its minutes are over. */
export const STEP_ENDS = ['works', 'proof'] as const;
export type StepEnd = (typeof STEP_ENDS)[number];

export interface StrategyStep {
  /** Green's share of live traffic, whole percent, 1 to 99. */
  readonly weight: number;
  /** Whole minutes of evidence at this weight, at least 1. With `until` these are the most. */
  readonly bakeMinutes: number;
  /**
   * What ends the step before its minutes are over. `works`: a total failure is excluded; without that no larger weight
   * follows. `proof`, of the last step alone: every gate that decides has its proof of no harm.
   */
  readonly until?: StepEnd | undefined;
}

/** A canary that ends on proof has at least so many minutes of evidence. */
const LEAST_MINUTES_OF_PROOF = 5;

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
  /** Ends when it knows. What the first weight does not need of its half hour, the second may take. */
  Auto: [
    { weight: 10, bakeMinutes: 30, until: 'works' },
    { weight: 50, bakeMinutes: 30, until: 'proof' },
  ],
} as const satisfies Record<string, readonly StrategyStep[]>;

/** A drill's, until its weight is known: longer than it is expected to need, so that chance alone does not end it. */
export const DRILL_STEP: StrategyStep = { weight: 1, bakeMinutes: 20 };

export type StrategyPreset = keyof typeof STRATEGY_PRESETS;
export const STRATEGY_PRESET_NAMES = Object.keys(STRATEGY_PRESETS) as [StrategyPreset, ...StrategyPreset[]];

export type Strategy = StrategyPreset | { readonly steps: readonly StrategyStep[] };

export const strategySteps = (strategy: Strategy): readonly StrategyStep[] =>
  typeof strategy === 'string' ? STRATEGY_PRESETS[strategy] : strategy.steps;

/** "Canary10Percent5Minutes (10 % for 5 min)". */
export function strategyInWords(strategy: Strategy): string {
  const steps = strategySteps(strategy).map(stepInWords);
  const shown = steps.length > MOST_SHOWN ? [...steps.slice(0, MOST_SHOWN - 1), '…', steps.at(-1)!] : steps;
  const words = shown.length === 0 ? '100 % at once' : shown.join(', ');
  return typeof strategy === 'string' ? `${strategy} (${words})` : words;
}
const MOST_SHOWN = 6;

interface Bake {
  readonly bakeMinutes: number;
  readonly until?: StrategyStep['until'] | null;
}

/** "10 % for 15 min", "50 % until every gate has proof, 30 min at most". */
export const stepInWords = (step: Bake & Pick<StrategyStep, 'weight'>): string =>
  `${step.weight} % ${bakeInWords(step)}`;

export function bakeInWords({ bakeMinutes, until }: Bake): string {
  switch (until) {
    case undefined:
    case null:
      return `for ${bakeMinutes} min`;
    case 'works':
      return `until a total failure is excluded, ${bakeMinutes} min at most`;
    case 'proof':
      return `until every gate has proof, ${bakeMinutes} min at most`;
  }
}

export const plannedMinutes = (steps: readonly StrategyStep[]): number =>
  steps.reduce((sum, step) => sum + step.bakeMinutes, 0);

export const endsOnProof = (steps: readonly StrategyStep[]): boolean => steps.at(-1)?.until === 'proof';

/** Minutes of evidence before a pass: all that are planned, unless the canary ends on proof. */
export const minimumMinutes = (steps: readonly StrategyStep[]): number =>
  endsOnProof(steps) ? Math.min(LEAST_MINUTES_OF_PROOF, plannedMinutes(steps)) : plannedMinutes(steps);

/** A stretch of whole minutes at one weight; the last is open. */
export interface TrafficWindow {
  readonly from: string;
  readonly until?: string | undefined;
}

/** Minutes at each weight before the current one. */
export const minutesBaked = (windows: readonly TrafficWindow[]): readonly number[] =>
  windows.flatMap(({ from, until }) =>
    until === undefined ? [] : [(Date.parse(until) - Date.parse(from)) / MINUTE_MS],
  );

/** Minutes that the step of the last window may bake: its own, and what those before it left that ended early. */
export function minutesOfStep(steps: readonly StrategyStep[], windows: readonly TrafficWindow[]): number {
  const baked = minutesBaked(windows);
  return baked.reduce((sum, minutes, step) => {
    const { bakeMinutes = 0, until } = steps[step] ?? {};
    return until === undefined ? sum : sum + Math.max(0, bakeMinutes - minutes);
  }, steps[baked.length]?.bakeMinutes ?? 0);
}

/** What says how long green is watched after promotion. */
export interface WatchSettings {
  readonly watchMinutes: number;
  readonly watchUntilMinutes: number;
}

/**
 * Minutes of the watch: what a canary that ends on proof saves is spent on it, because what begins late is found only
 * by who still looks. Zero `watchMinutes` is no watch at all.
 *
 * @param trafficMinutes since green's first traffic, when the watch begins
 */
export const minutesOfWatch = (
  steps: readonly StrategyStep[],
  { watchMinutes, watchUntilMinutes }: WatchSettings,
  trafficMinutes: number,
): number =>
  watchMinutes > 0 && endsOnProof(steps)
    ? Math.max(watchMinutes, Math.ceil(watchUntilMinutes - trafficMinutes))
    : watchMinutes;

/**
 * True when users meet green no sooner and no more often: at no minute of evidence does `chosen` give green more than
 * `own` would, and green is looked at as long. A weight that `own` gives only once a total failure is excluded is given
 * on that condition alone, or after the time that `own` gives it for. What comes after the last weight comes by proof
 * and not by time, so that own's largest weight is a limit for all of chosen's, however late. Nothing is less careful
 * than going all at once.
 */
export function isAtLeastAsCareful(chosen: readonly StrategyStep[], own: readonly StrategyStep[]): boolean {
  if (own.length === 0) return true;
  if (surelyLooked(chosen, endsOnProof(own)) < surelyLooked(own, true)) return false;
  const [ownTrial, chosenTrial] = [trialOf(own), trialOf(chosen)];
  return ownTrial > 0 && chosenTrial > 0
    ? neverMore(chosen.slice(0, chosenTrial), own.slice(0, ownTrial)) &&
        neverMore(chosen.slice(chosenTrial), own.slice(ownTrial))
    : neverMore(chosen, own);
}

/** How many steps come before a total failure is excluded. */
const trialOf = (steps: readonly StrategyStep[]): number => steps.findLastIndex(({ until }) => until === 'works') + 1;

function neverMore(chosen: readonly StrategyStep[], own: readonly StrategyStep[]): boolean {
  let begins = 0;
  return chosen.every(({ weight, bakeMinutes, until }) => {
    const allowed = weightAt(own, begins);
    // One that may end early has lasted for no minute for sure.
    begins += until === undefined ? bakeMinutes : 0;
    return weight <= allowed;
  });
}

/**
 * Minutes for which green is looked at, however good it is: with the watch, where both have the one that proof leaves
 * time for.
 */
const surelyLooked = (steps: readonly StrategyStep[], withWatch: boolean): number =>
  !endsOnProof(steps) ? plannedMinutes(steps) : withWatch ? MINUTES_WITH_WATCH : minimumMinutes(steps);

/** Canary and watch together, by the default of `watchUntilMinutes`. */
export const MINUTES_WITH_WATCH = 15;

/** Weights grow from step to step, so that the one at a step's begin is the least of its time. */
function weightAt(steps: readonly StrategyStep[], minute: number): number {
  let until = 0;
  return steps.find(({ bakeMinutes }) => minute < (until += bakeMinutes))?.weight ?? steps.at(-1)?.weight ?? 0;
}
