import { percent } from '../../numbers';
import { Bet, kept, lost, noHarm, worse } from './bets';
import type { Pair, PairedSide, PairedTest } from './pair';

/** A class that blue answers in fewer pairs than this may be too rare to be proven; it is named, and holds nothing up at the end. */
const TOO_RARE = 12;

/** What is counted for a row that has no class: as a class of its own. */
const NO_CLASS = -1;

interface Margins {
  /** Points of a class's share more. */
  readonly harm: number;
  readonly tolerance: number;
}

interface Classes {
  add(pair: Pair): void;
  tests(): readonly PairedTest[];
}

/**
 * Each class by itself: its share may not grow by more than the margin, and green keeps more than half of what blue gives
 * to it, so that a rare class does not vanish. Where a request has several rows, the shares are of its rows.
 *
 * Proof of no harm is asked of each class over all pairs. The bets against the tolerance are divided beforehand though the
 * classes are not known then: the j-th that appears gets 1 / (j (j + 1)), which sums to 1, and bets from the next pair on.
 */
export function classes(margins: Margins): Classes {
  const seen = new Map<number, ClassBets>();
  let pairs = 0;
  return {
    add: ({ blue, green }) => {
      if (blue.classes === undefined) return;
      const shares = [sharesOf(blue), sharesOf(green)] as const;
      for (const found of new Set([...shares[0].keys(), ...shares[1].keys()])) {
        const known = seen.get(found);
        const bets = known ?? new ClassBets(margins, pairs, seen.size + 1);
        if (known === undefined) seen.set(found, bets);
        bets.add(pairs, shares[0].get(found) ?? 0, shares[1].get(found) ?? 0);
      }
      pairs += 1;
    },
    tests: () => [...seen].sort(([a], [b]) => a - b).flatMap(([found, bets]) => bets.tests(nameOf(found), pairs)),
  };
}

const nameOf = (found: number): string => (found === NO_CLASS ? 'no class' : `class ${found}`);

function sharesOf({ classes: rows = [NO_CLASS] }: PairedSide): ReadonlyMap<number, number> {
  const shares = new Map<number, number>();
  for (const row of rows) shares.set(row ?? NO_CLASS, (shares.get(row ?? NO_CLASS) ?? 0) + 1 / rows.length);
  return shares;
}

class ClassBets {
  private readonly harmless: Bet;
  private readonly grown: Bet;
  private readonly keeps = new Bet(kept);
  private readonly loses = new Bet(lost);
  /** Pairs that are bet on so far; in those between two of this class it was in neither answer. */
  private until = 0;
  private readonly sum = { blue: 0, green: 0 };

  constructor(
    { harm, tolerance }: Margins,
    private readonly since: number,
    private readonly place: number,
  ) {
    this.harmless = new Bet(noHarm(harm, 1));
    this.grown = new Bet(worse(tolerance, -1));
  }

  add(pair: number, blue: number, green: number): void {
    this.without(pair);
    this.harmless.add(green - blue);
    this.keeps.add(green - blue / 2);
    if (pair > this.since) {
      this.grown.add(green - blue);
      this.loses.add(green - blue / 2);
    }
    this.sum.blue += blue;
    this.sum.green += green;
    this.until = pair + 1;
  }

  tests(name: string, pairs: number): readonly PairedTest[] {
    this.without(pairs);
    const { blue, green } = this.sum;
    const part = 1 / (this.place * (this.place + 1));
    const comparison = `${name} is ${percent(green / pairs)} of green's answers and ${percent(blue / pairs)} of blue's`;
    return [
      {
        ...{ what: `answers of ${name}`, pairs, part: blue === 0 ? part : part / 2, comparison },
        ...{ logWorse: this.grown.logEvidence, logNoHarm: this.harmless.logEvidence },
      },
      ...(blue === 0
        ? []
        : [
            {
              ...{ what: `answers of ${name} that green keeps`, pairs, part: part / 2, comparison },
              ...{ logWorse: this.loses.logEvidence, logNoHarm: this.keeps.logEvidence },
              ...(blue < TOO_RARE && {
                excused: `blue answered ${name} in ${Math.round(blue)} of ${pairs} pairs alone`,
              }),
            },
          ]),
    ];
  }

  private without(pair: number): void {
    const none = pair - this.until;
    if (none <= 0) return;
    this.harmless.add(0, none);
    this.grown.add(0, Math.max(0, pair - Math.max(this.until, this.since + 1)));
    this.until = pair;
  }
}
