import type { Evidence } from '../evidence';
import { KEPT_PER_MINUTE, LARGEST_PRIOR } from '../statistics/blue-rate';
import type { Count, MinuteCounts } from '../statistics/counts';

/** Answers of the classes that green gave more often than blue until then, minute by minute. */
export interface Gained {
  readonly minutes: readonly MinuteCounts[];
  /** Blue's rate of them as it could be guessed before each minute. */
  readonly blueRates: readonly number[];
}

/**
 * All classes as one yes-or-no count. A model that gives up 50 of its 100 classes takes half a point from each, which no test of
 * a single class need find; together they are half of its answers. Which classes are counted in a minute is decided by the
 * minutes before it alone: those of which green's share has been larger than blue's. So the count is fair to bet on: whatever
 * set it is, a green that moves no group of classes by more than the tolerance moves not this one either. Where there is no
 * past yet, nothing is counted.
 */
export function gainedByGreen({ baseline, rows, classNames, oneAfterTheOther }: Evidence): Gained {
  const before = classNames.map((_, index) => baseline.reduce((sum, { blue }) => sum + (blue.classes[index] ?? 0), 0));
  const all = total(before);
  const scale = all > LARGEST_PRIOR ? LARGEST_PRIOR / all : 1;
  const blue = before.map((count) => scale * count);
  const green = classNames.map(() => 0);
  const blueRates: number[] = [];
  const minutes = rows.map((row): MinuteCounts => {
    const ofBlue = total(blue);
    const ofGreen = total(green);
    const gained = classNames.map((_, index) => (green[index] ?? 0) * ofBlue > (blue[index] ?? 0) * ofGreen);
    const counted = (counts: readonly number[]): Count => ({
      events: counts.reduce((sum, count, index) => (gained[index] === true ? sum + count : sum), 0),
      requests: gained.includes(true) ? total(counts) : 0,
    });
    const usual = counted(blue);
    blueRates.push((usual.events + 0.5) / (usual.requests + 1));
    const [inBlue, inGreen] = [counted(row.blue.classes), counted(row.green.classes)];
    for (const [sums, { classes }] of [
      [blue, row.blue],
      [green, row.green],
    ] as const)
      sums.forEach((sum, index) => (sums[index] = KEPT_PER_MINUTE * sum + (classes[index] ?? 0)));
    return {
      blueEvents: inBlue.events,
      blueRequests: inBlue.requests,
      greenEvents: inGreen.events,
      greenRequests: inGreen.requests,
      weight: row.weight,
      routed: oneAfterTheOther !== true,
    };
  });
  return { minutes, blueRates };
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
