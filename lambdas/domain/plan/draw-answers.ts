import { AS_GOOD_AS_BLUE, type Regression } from '../gates/gate';
import type { Coins } from './coins';

/**
 * Per measure, the places of the classes that blue gave, the day's most frequent first. A regression is in the first
 * measure alone.
 */
export type ClassesByFrequency = readonly (readonly number[])[];

export const answersIn = (classes: readonly number[], places: readonly number[]): number =>
  places.reduce((sum, place) => sum + (classes[place] ?? 0), 0);

/**
 * Green's answers per class: each measure's coins fall as blue's classes do. The most frequent class lies beside the
 * second, and what moves crosses the border between them. The rarest lies last, and loses from there.
 */
export function drawnClasses(
  classes: readonly number[],
  coins: readonly Coins[],
  classesByFrequency: ClassesByFrequency,
  regression: Regression,
): readonly number[] {
  const counts = classes.map(() => 0);
  classesByFrequency.forEach((places, measure) => {
    const [all, answers] = [answersIn(classes, places), coins[measure]];
    if (all === 0 || answers === undefined) return;
    const of = measure === 0 ? regression : AS_GOOD_AS_BLUE;
    const moved = of.type === 'moved' ? of.points : 0;
    let [edge, taken] = [0, 0];
    places.forEach((index, place) => {
      edge += (classes[index] ?? 0) / all;
      const isLast = place === places.length - 1;
      const upTo = isLast ? answers.count : answers.below(place === 0 ? Math.max(0, edge - moved) : edge);
      counts[index] = upTo - taken;
      taken = upTo;
    });
    const [most, rarest] = [places[0], places.at(-1)];
    if (of.type === 'lost' && most !== undefined && rarest !== undefined) {
      const lost = answers.count - answers.below(1 - (of.part * (classes[rarest] ?? 0)) / all);
      counts[most] = (counts[most] ?? 0) + lost;
      counts[rarest] = (counts[rarest] ?? 0) - lost;
    }
  });
  return counts;
}
