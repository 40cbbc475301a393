import { isoTime, MINUTE_MS } from '../minutes';
import { type BlueDay, sumOf, times } from './blue-day';
import { type DrawnCanary, drawBlue, drawGreen, drawnBaseline, dayAt, EPOCH_MS, type Simulated } from './draw-canary';
import type { Random } from './random';

/** The judge is told that half of the traffic is green's: no request of the watch is routed by a weight. */
export const WATCH_WEIGHT = 50;

/**
 * The watch after a promotion at a random minute of blue's day: green has all traffic in the minutes after it, and each of
 * them stands beside one of blue's last minutes, in which blue had what the last weight left to it.
 *
 * @param rates the day's rates, as {@link ratesAround} has them
 * @param blueShare blue's share of the traffic at the last weight: 1 without a canary
 */
export function drawWatch(
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
export function ratesAround(day: BlueDay): BlueDay {
  const count = Math.min(2 * AROUND + 1, day.minutes.length);
  return {
    ...day,
    minutes: day.minutes.map((_, minute) => {
      const near = Array.from({ length: count }, (_unused, index) => dayAt(day, minute - (count >> 1) + index));
      return times(sumOf(near.filter((one) => one !== undefined)), 1 / count);
    }),
  };
}
