import { meanOf } from '../../statistics/summaries';
import * as z from 'zod';
import type { DeepReadonly } from '../../evidence';
import { percent } from '../../numbers';
import { Bet, kept, lost, noHarm, worse } from './bets';

/** How one version answered a replayed request. */
const pairedSideSchema = z.strictObject({
  /** Share of its tries that failed, 0 to 1: one, or three where the first of either side failed. */
  failed: z.number().min(0).max(1),
  /** The server's own time for the answer, ms; absent where it gave none, or was cold. */
  ms: z.number().min(0).optional(),
  /** Per row the class that it answered; `null` where none is counted. @default none: no classes, or no answer */
  classes: z.array(z.int().min(0).nullable()).optional(),
  /** Per row the labels that it gave. @default it gives none */
  labels: z.array(z.array(z.int().min(0))).optional(),
  /** Per row the score that it answered. @default none */
  scores: z.array(z.number()).optional(),
  /** Per row each other number that is compared of its answers, by the measure's name. @default none */
  measures: z.record(z.string(), z.array(z.number())).optional(),
  /** Per row its places, where they are compared one by one; `null` for what is no number. @default they are not */
  values: z.array(z.array(z.number().nullable())).optional(),
  /** Share of the request's labelled rows that it got wrong, or its mean absolute error where labels are numbers. */
  loss: z.number().min(0).optional(),
  /** What it said in place of an answer, at its last failure. */
  said: z.string().optional(),
});

/** One request that both versions answered: what a paired test is made of, kept as evidence. */
export const pairSchema = z.strictObject({
  /** Where the request came from: the key of a captured one, or a line of the samples. */
  request: z.string(),
  blue: pairedSideSchema,
  green: pairedSideSchema,
  /**
   * So often both were asked, and green failed each time and blue never: no luck, and a regression by itself. @default
   * it was not so
   */
  eachOf: z.int().min(3).optional(),
});
export type PairedSide = DeepReadonly<z.output<typeof pairedSideSchema>>;
export type Pair = DeepReadonly<z.output<typeof pairSchema>>;

/** One question of a gate, as far as the pairs have answered it. */
export interface PairedTest {
  /** What it counts, in words: "failed requests". */
  readonly what: string;
  /** Pairs that it could be asked of. */
  readonly pairs: number;
  /** Its part of the gate's bet against the tolerance; those of a gate sum to 1 at most, and the rest is not bet. */
  readonly part: number;
  /** ln of the e-value against "green is within the tolerance"; absent where it is not bet on. */
  readonly logWorse?: number;
  /** ln of the e-value against "green is harmful"; absent where no proof is asked for. */
  readonly logNoHarm?: number;
  /** Why it cannot be proven by any number of pairs that there are, and holds nothing up. */
  readonly excused?: string;
  /** Green's number and blue's. */
  readonly comparison: string;
}

export const answered = (side: PairedSide): boolean => side.failed === 0;

/** Each number of an answer by its measure's name, or by its place, row by row. */
export const numbersOf = ({
  scores,
  measures,
  values = [],
}: PairedSide): readonly (readonly [string, readonly number[]])[] => [
  ...(scores === undefined ? [] : [['score', scores] as const]),
  ...Object.entries(measures ?? {}),
  ...(values[0] ?? []).flatMap((_, place) => {
    const ofRows = values.flatMap((row) => row[place] ?? []);
    return ofRows.length === values.length ? [[`place ${place}`, ofRows] as const] : [];
  }),
];

/**
 * A class that blue answers in fewer pairs than this may be too rare to be proven; it is named, and holds nothing up at
 * the end.
 */
const TOO_RARE = 12;

/** What is counted for a row that has no class: as a class of its own. */
const NO_CLASS = -1;

/**
 * Shares of rows that green answers with another class. Shares of classes alone are the same where answers are dealt
 * out anew.
 */
const ANOTHER = { harm: 0.4, tolerance: 0.3 };

/** The part of an answer's bets that is on how far single answers are apart, and not on what they come to together. */
export const APART = 1 / 8;

/** How far the two answers to one request are apart, 0 to 1, on average. */
export class Apart {
  private readonly harmless: Bet;
  private readonly bad: Bet;
  private sum = 0;
  private pairs = 0;

  constructor({ harm, tolerance }: Margins) {
    this.harmless = new Bet(noHarm(harm, 1));
    this.bad = new Bet(worse(tolerance, 0));
  }

  add(z: number, times = 1): void {
    this.pairs += times;
    this.sum += times * z;
    this.harmless.add(z, times);
    this.bad.add(z, times);
  }

  tests(what: string, inWords: (mean: number) => string): readonly PairedTest[] {
    const { pairs, harmless, bad } = this;
    if (pairs === 0) return [];
    const evidence = { logWorse: bad.logEvidence, logNoHarm: harmless.logEvidence };
    return [{ what, pairs, part: APART, ...evidence, comparison: inWords(this.sum / pairs) }];
  }
}

interface Margins {
  /** Points of a class's share more. */
  readonly harm: number;
  readonly tolerance: number;
}

interface ClassTests {
  add(pair: Pair): void;
  tests(): readonly PairedTest[];
}

/**
 * Each class by itself: its share may not grow by more than the margin, and green keeps more than half of what blue
 * gives to it, so that a rare class does not vanish. Where a request has several rows, the shares are of its rows.
 *
 * Proof of no harm is asked of each class over all pairs. The bets against the tolerance are divided beforehand though
 * the classes are not known then: the j-th that appears gets 1 / (j (j + 1)), which sums to 1, and bets from the next
 * pair on.
 */
export function classes(margins: Margins): ClassTests {
  const seen = new Map<number, ClassBets>();
  const differ = new Apart(ANOTHER);
  let pairs = 0;
  return {
    add: ({ blue, green }) => {
      if (blue.classes === undefined && blue.labels === undefined) return;
      const [ofBlue, ofGreen] = [rowsOf(blue), rowsOf(green)];
      const shares = [sharesOf(ofBlue), sharesOf(ofGreen)] as const;
      const alike = sharesOf(ofBlue.map((row, at) => row.filter((one) => ofGreen[at]?.includes(one))));
      // Of sets of labels most may differ by one.
      if (blue.classes !== undefined) differ.add(meanOf(ofBlue.map((row, at) => Number(row[0] !== ofGreen[at]?.[0]))));
      for (const found of new Set([...shares[0].keys(), ...shares[1].keys()])) {
        const known = seen.get(found);
        const bets = known ?? new ClassBets(margins, pairs, seen.size + 1, blue.classes === undefined);
        if (known === undefined) seen.set(found, bets);
        bets.add(pairs, shares[0].get(found) ?? 0, shares[1].get(found) ?? 0, alike.get(found) ?? 0);
      }
      pairs += 1;
    },
    tests: () => [
      ...differ.tests(
        'answers that are others',
        (share) => `green gives another answer than blue for ${percent(share)} of the rows`,
      ),
      ...[...seen]
        .sort(([a], [b]) => a - b)
        .flatMap(([found, bets]) => bets.tests(nameOf(found), pairs))
        .map((test) => ({ ...test, part: test.part * (1 - APART) })),
    ],
  };
}

const nameOf = (found: number): string => (found === NO_CLASS ? 'no class' : `class ${found}`);

/** Row by row the classes, one each, or the labels. */
const rowsOf = ({ classes, labels }: PairedSide): readonly (readonly number[])[] =>
  classes?.map((one) => [one ?? NO_CLASS]) ?? labels ?? [[NO_CLASS]];

function sharesOf(rows: readonly (readonly number[])[]): ReadonlyMap<number, number> {
  const shares = new Map<number, number>();
  for (const one of rows.flat()) shares.set(one, (shares.get(one) ?? 0) + 1 / rows.length);
  return shares;
}

class ClassBets {
  private readonly harmless: Bet;
  private readonly grown: Bet;
  private readonly keeps = new Bet(kept);
  private readonly loses = new Bet(lost);
  private readonly differ = new Apart(ANOTHER);
  /** Pairs that are bet on so far; in those between two of this class it was in neither answer. */
  private until = 0;
  private readonly sum = { blue: 0, green: 0, both: 0 };

  constructor(
    { harm, tolerance }: Margins,
    private readonly since: number,
    private readonly place: number,
    /**
     * Several may be given at once: of a common one more than half are met by chance, too, so that rows are counted
     * that differ in it.
     */
    private readonly isLabel: boolean,
  ) {
    this.harmless = new Bet(noHarm(harm, 1));
    this.grown = new Bet(worse(tolerance, -1));
  }

  add(pair: number, blue: number, green: number, both: number): void {
    this.without(pair);
    this.harmless.add(green - blue);
    this.keeps.add(both - blue / 2);
    if (pair > this.since) {
      this.grown.add(green - blue);
      this.loses.add(both - blue / 2);
      if (this.isLabel) this.differ.add(blue + green - 2 * both);
    }
    this.sum.both += both;
    this.sum.blue += blue;
    this.sum.green += green;
    this.until = pair + 1;
  }

  tests(name: string, pairs: number): readonly PairedTest[] {
    this.without(pairs);
    const { blue, green, both } = this.sum;
    const all = 1 / (this.place * (this.place + 1));
    const part = this.isLabel ? all * (1 - APART) : all;
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
              ...{ what: `answers of ${name} that green keeps`, pairs, part: part / 2 },
              comparison:
                `green gives the same answer to ${percent(both / blue)} of the requests that blue answers ` + name,
              ...{ logWorse: this.loses.logEvidence, logNoHarm: this.keeps.logEvidence },
              ...(blue < TOO_RARE && {
                excused: `blue answered ${name} in ${Math.round(blue)} of ${pairs} pairs alone`,
              }),
            },
          ]),
      ...this.differ
        .tests(
          `answers of ${name} that one version alone gives`,
          (share) => `one version alone gives ${name} in ${percent(share)} of the rows`,
        )
        .map((test) => ({ ...test, part: all * APART })),
    ];
  }

  private without(pair: number): void {
    const none = pair - this.until;
    if (none <= 0) return;
    this.harmless.add(0, none);
    const since = Math.max(0, pair - Math.max(this.until, this.since + 1));
    this.grown.add(0, since);
    if (this.isLabel) this.differ.add(0, since);
    this.until = pair;
  }
}
