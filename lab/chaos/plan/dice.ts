import { seededRandom } from '../../../simulator/random';

/** Draws of one run: the same seed gives the same draws in the same order. */
export class Dice {
  private readonly random: () => number;

  constructor(private readonly seed: string) {
    this.random = seededRandom(seed);
  }

  /** Dice of its own for one purpose: what others draw does not change what these show. */
  for(purpose: string): Dice {
    return new Dice(`${this.seed} ${purpose}`);
  }

  /** Uniform in [0, 1). */
  share(): number {
    return this.random();
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** A whole number, both bounds included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<const T>(values: readonly [T, ...T[]]): T {
    return values[Math.floor(this.random() * values.length)] ?? values[0];
  }

  /** By relative frequency. */
  weighted<T>(values: readonly (readonly [T, number])[]): T {
    const sum = values.reduce((total, [, weight]) => total + weight, 0);
    let left = this.random() * sum;
    for (const [value, weight] of values) if ((left -= weight) < 0) return value;
    return values[values.length - 1]![0];
  }

  times<T>(count: number, make: (index: number) => T): readonly T[] {
    return Array.from({ length: count }, (_, index) => make(index));
  }
}
