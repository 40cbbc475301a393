import { isoTime, MINUTE_MS } from '../minutes';
import { type DrawnCanary, drawBlue, drawGreen, drawnBaseline, dayAt, EPOCH_MS, type Simulated } from './draw-canary';
import type { Random } from './random';

/** The judge is told that half of the traffic is green's: no request of the watch is routed by a weight. */
export const WATCH_WEIGHT = 50;

/**
 * The watch after a promotion at a random minute of blue's day: green has all traffic in the minutes after it, and each of
 * them stands beside one of blue's last minutes, in which blue had what the last weight left to it.
 *
 * @param blueShare blue's share of the traffic at the last weight: 1 without a canary
 */
export function drawWatch(what: Simulated, watchMinutes: number, blueShare: number, random: Random): DrawnCanary {
  const { day, durations, schedule } = what;
  const start = Math.floor(random.uniform() * day.minutes.length);
  const baseline = drawnBaseline(what, start - watchMinutes);
  return {
    baseline,
    minutes: schedule.minutes.flatMap((_, index) => {
      const [before, law] = [dayAt(day, start - watchMinutes + index), dayAt(day, start + index)];
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
