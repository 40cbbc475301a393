import type { JudgeSettings } from '../gates/gates';
import type { StrategyStep } from '../strategy';
import { drawWatch, ratesAround, WATCH_WEIGHT } from './draw-watch';
import type { Simulated } from './draw-canary';
import type { CanaryOutcome } from './outcome';
import { type Question, simulated } from './question';
import type { Random } from './random';
import { AS_GOOD_AS_BLUE } from '../gates/scale';
import type { Schedule } from './schedule';
import { fearedStops, finder, outcomes, type TriedCanary } from './try-canary';

/** One simulated watch, which a promoted green went through again and again. */
export type TriedWatch = Pick<TriedCanary, 'feared' | 'found'> & { readonly good: CanaryOutcome };

/** Of a longer watch so many minutes are simulated: who is not found in four hours is found by luck. */
export const LONGEST_WATCH = 240;

/** The counted minutes of a watch. Its horizon is the whole of it, however much is simulated. */
export const scheduleOfWatch = (watchMinutes: number): Schedule => ({
  steps: [],
  minutes: Array.from({ length: Math.min(watchMinutes, LONGEST_WATCH) }, () => ({ step: 0, weight: WATCH_WEIGHT })),
  plannedMinutes: watchMinutes,
});

/** Prepares watches after one strategy; each call tries one. */
export function watchesOf(
  question: Question,
  steps: readonly StrategyStep[],
  watchMinutes: number,
): (random: Random) => TriedWatch {
  const what: Simulated = {
    ...simulated(question, [], 0),
    schedule: scheduleOfWatch(watchMinutes),
    oneAfterTheOther: true,
  };
  const settings: JudgeSettings = { ...question.judge, minimumMinutes: watchMinutes };
  const blueShare = 1 - (steps.at(-1)?.weight ?? 0) / 100;
  const rates = ratesAround(question.day);
  const outcome = outcomes(what, settings);
  const found = finder(question, what, settings, { minutes: what.schedule.minutes.length, share: 0.5 });
  return (random) => {
    const watch = drawWatch(what, rates, watchMinutes, blueShare, random);
    return {
      good: outcome(watch, AS_GOOD_AS_BLUE),
      feared: fearedStops(what.schedule, watch, outcome),
      found: found(watch),
    };
  };
}
