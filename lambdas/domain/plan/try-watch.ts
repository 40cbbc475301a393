import type { JudgeSettings } from '../gates/gates';
import { AS_GOOD_AS_BLUE } from '../gates/scale';
import { isoTime, MINUTE_MS } from '../minutes';
import type { StrategyStep } from '../strategy';
import { type BlueDay, sumOf, times } from './blue-day';
import { type Simulated, type DrawnCanary, drawBlue, drawGreen, drawnBaseline, dayAt, EPOCH_MS } from './draw-canary';
import { type CanaryOutcome, fearedStops, finder, outcomes, type TriedCanary } from './try-canary';
import { type PlanQuestion, simulated } from './question';
import type { Random } from './coins';
import type { Schedule } from './schedule';

/** The judge is told that half of the traffic is green's: no request of the watch is routed by a weight. */
const WATCH_WEIGHT = 50;

/**
 * The watch after a promotion at a random minute of blue's day: green has all traffic in the minutes after it, and each of
 * them stands beside one of blue's last minutes, in which blue had what the last weight left to it.
 *
 * @param rates the day's rates, as {@link ratesAround} has them
 * @param blueShare blue's share of the traffic at the last weight: 1 without a canary
 */
function drawWatch(
  what: Simulated,
  rates: BlueDay,
  watchMinutes: number,
  blueShare: number,
  random: Random,
): DrawnCanary {
  const { day, durations, schedule } = what;
  const start = Math.floor(random.uniform() * day.minutes.length);
  const baseline = drawnBaseline(what, start - watchMinutes);
  return {
    baseline,
    minutes: schedule.minutes.flatMap((_, index) => {
      const [before, law] = [dayAt(rates, start - watchMinutes + index), dayAt(rates, start + index)];
      if (before === undefined || law === undefined) return [];
      return [
        {
          minute: isoTime(EPOCH_MS + index * MINUTE_MS),
          weight: WATCH_WEIGHT,
          law,
          slower: durations.beyond(law),
          blue: drawBlue(before, baseline.thresholds, durations.beyond(before), blueShare, random),
          green: drawGreen(law, 1, random),
        },
      ];
    }),
  };
}

/** Minutes before and after each one that tell its rates. */
const AROUND = 15;

/**
 * The same day with each minute's rates taken from the half hour around it. A minute's own count is a draw already: in
 * a canary both versions share it, and its chance falls out; here two different minutes are compared, and it would count twice.
 */
function ratesAround(day: BlueDay): BlueDay {
  const count = Math.min(2 * AROUND + 1, day.minutes.length);
  return {
    ...day,
    minutes: day.minutes.map((_, minute) => {
      const near = Array.from({ length: count }, (_unused, index) => dayAt(day, minute - (count >> 1) + index));
      return times(sumOf(near.filter((one) => one !== undefined)), 1 / count);
    }),
  };
}

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
  question: PlanQuestion,
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
