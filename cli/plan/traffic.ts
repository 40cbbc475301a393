import { placesByMeasure } from '../../lambdas/domain/evidence';
import { type BlueDay, sumOf } from '../../lambdas/domain/plan/blue-day';
import { dayDurations, quantilesOf } from '../../lambdas/domain/plan/durations';
import type { PlannedTraffic } from './plan';

const HOUR = 60;

/** Blue's day in a few numbers. */
export function trafficOf(day: BlueDay, source: string): PlannedTraffic {
  const { minutes, classNames, edgesMs } = day;
  const whole = sumOf(minutes);
  const hours = Array.from({ length: Math.max(1, Math.floor(minutes.length / HOUR)) }, (_, hour) => {
    const own = minutes.slice(hour * HOUR, (hour + 1) * HOUR);
    return sumOf(own).requests / Math.max(1, own.length);
  });
  const quantiles = quantilesOf(minutes, dayDurations(day), edgesMs);
  const ms = (quantile: number) => quantiles.find((one) => one.quantile === quantile)?.ms ?? null;
  return {
    source,
    minutes: minutes.length,
    requestsPerMinute: whole.requests / Math.max(1, minutes.length),
    quietestHour: Math.min(...hours),
    busiestHour: Math.max(...hours),
    errorRate: whole.requests === 0 ? 0 : whole.errors / whole.requests,
    medianMs: ms(0.5),
    p99Ms: ms(0.99),
    classes: placesByMeasure(day).flatMap(({ from, end }) => {
      const counts = whole.classes.slice(from, end);
      const answers = counts.reduce((sum, count) => sum + count, 0);
      return answers === 0
        ? []
        : counts.map((count, index) => ({ name: classNames[from + index] ?? '', share: count / answers }));
    }),
  };
}
