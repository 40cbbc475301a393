import * as z from 'zod';
import { type Count, type Margin, KEPT_PER_MINUTE, LARGEST_PRIOR, type MinuteCounts } from '../statistics/counts';
import { measureNamed } from '../measures/measures';
import { informationOfProof } from '../statistics/information';
import { ownNoise } from '../statistics/own-noise';
import type { Reach } from '../statistics/two-arm';
import { margin } from './margins';
import type { Evidence } from '../evidence';

/** Both ways in which a class's share of the answers may move. */
export const SHARE_MOVES = ['grow', 'shrink'] as const;
export type ShareMove = (typeof SHARE_MOVES)[number];

/**
 * A share's margins. Points are what matters of a frequent class; of one with 0.5 % they would tolerate that it triples
 * or vanishes. So for classes that are rare in blue's own hour a factor holds, wherever it is the tighter one.
 */
export const shareMargins = {
  tolerancePoints: z.number().min(0).max(1).default(0.01),
  harmPoints: z.number().min(0).max(1).default(0.05),
  /**
   * All classes together, of more than two: a retrained model moves each of them a little, and the sum of that is no
   * damage. At least what one of them may. It is no harm that must be excluded, so that a replay's proof widens nothing
   * of it.
   */
  togetherPoints: z.number().min(0).max(1).default(0.05),
  /** More than ratio x the other version's share + points, in either direction. */
  rare: z.strictObject({ tolerance: margin(1.25, 0.001), harm: margin(2, 0.002) }).prefault({}),
};

type ShareMargins = z.output<z.ZodObject<typeof shareMargins>>;

/**
 * The margins of ranges of a number, which have no names: they end at blue's own quantiles. Of 32 pairs of a model and
 * its retrain on 4,000 other rows, eight kinds of them, one in three moved each tenth of the other's scores by a point
 * at most, two in three by three; and of their first and last hundredths six in ten stayed within 1.25 times and 0.1
 * points, 85 % within twice and 0.2. A shift of a quarter of a standard deviation, harm in a replay, moves five points
 * out of the last tenth. A proof that widens what is harm widens no tolerance, here either.
 */
function marginsOfRanges(of: ShareMargins): ShareMargins {
  const wider = ({ ratio, points }: Margin): Margin => ({ ratio: 1 + 4 * (ratio - 1), points: 2 * points });
  return {
    tolerancePoints: Math.min(1, 3 * of.tolerancePoints),
    harmPoints: Math.min(1, 3 * of.tolerancePoints + of.harmPoints),
    togetherPoints: Math.min(1, 2 * of.togetherPoints),
    rare: { tolerance: wider(of.rare.tolerance), harm: wider(of.rare.harm) },
  };
}

/** Of a measure, by its name. */
export const marginsOf = <Settings extends ShareMargins>(measure: string, chosen: Settings): Settings =>
  measureNamed(measure).kind === 'number' ? { ...chosen, ...marginsOfRanges(chosen) } : chosen;

/** How far a class's share may move: to `boundary`, 0 to 1, at blue's usual share. */
export interface ShareLimit {
  /**
   * Of the counted events. What shrinks is counted by its complement: with G = 1 - g and B = 1 - b,
   * "b <= ratio g + points" is "G <= B / ratio + 1 - (1 - points) / ratio".
   */
  readonly margin: Margin;
  /**
   * The share itself at which the margin ends; 0 or less where no share is that small, 1 or more where none is that
   * large.
   */
  readonly boundary: number;
  /** The tighter one is the factor. */
  readonly rare: boolean;
}

/** The tighter of points and a factor, at blue's usual share. `expected` is what labels vouch for, on top of either. */
export function shareLimit(
  direction: ShareMove,
  usual: number,
  { points, rare, expected }: { readonly points: number; readonly rare: Margin; readonly expected: number },
): ShareLimit {
  const byFactor =
    direction === 'grow' ? rare.ratio * usual + rare.points : Math.max(0, (usual - rare.points) / rare.ratio);
  const byPoints = direction === 'grow' ? usual + points : usual - points;
  const isRare = Math.abs(byFactor - usual) < points;
  const { ratio, points: more } = isRare ? rare : { ratio: 1, points };
  if (direction === 'grow') {
    return {
      margin: { ratio, points: more + expected },
      boundary: (isRare ? byFactor : byPoints) + expected,
      rare: isRare,
    };
  }
  return {
    margin: { ratio: 1 / ratio, points: 1 - (1 - more) / ratio + expected },
    boundary: (isRare ? (usual - more) / ratio : byPoints) - expected,
    rare: isRare,
  };
}

/** Green's share at harm's boundary may be so many times as far off, where less cannot be told. */
const WIDENINGS = [1, 1.5, 2, 3, 4, 6, 8, 12, 16, 32, 64, 128];

/** Of 20 good greens one may lack a proof that was asked of its classes. */
const MAY_LACK = 0.05;

/**
 * The smallest harm that this traffic can exclude within the bake; undefined where none can. A proof that a good green
 * could not give either must not be asked, or no model with a rare class would ever pass.
 *
 * A proof's evidence is on average the nats m that it collects, with a variance of about 2 m, and it needs l =
 * ln(1/missRate) and ln 2 for its two bets. By the bound exp(-z^2 / 2) on a normal tail, a green like blue lacks it in
 * at most one of n cases if m - sqrt(2 m) z >= l, z = sqrt(2 ln n): sqrt(m) >= sqrt(ln n) + sqrt(ln n + l). All proofs
 * of a gate together may be lacking once in 20, so n = 20 x their number.
 */
export function provableHarm(
  direction: ShareMove,
  history: readonly Count[],
  usual: number,
  margins: { readonly points: number; readonly rare: Margin; readonly expected: number },
  { reach, weight, proofs }: { readonly reach: Reach; readonly weight: number; readonly proofs: number },
): ShareLimit | undefined {
  const cases = Math.log(proofs / MAY_LACK);
  const needed = (Math.sqrt(cases) + Math.sqrt(cases + NATS_OF_PROOF)) ** 2;
  const [noise] = ownNoise(history, [{ blueEvents: 0, blueRequests: 0 }]);
  const scatter = noise?.clustering ?? 1;
  return WIDENINGS.map((times) => shareLimit(direction, usual, widened(direction, margins, times))).find(
    ({ margin: harm, boundary }) =>
      boundary > 0 &&
      boundary < 1 &&
      reach.greenRequests * informationOfProof(countedRate(direction, usual), weight, harm) >= needed * scatter,
  );
}

/** ln 20 and ln 2. */
const NATS_OF_PROOF = 3.7;

/** The rate of the events that a direction counts. */
export const countedRate = (direction: ShareMove, share: number): number => (direction === 'grow' ? share : 1 - share);

function widened(
  direction: ShareMove,
  { points, rare, expected }: Parameters<typeof shareLimit>[2],
  times: number,
): Parameters<typeof shareLimit>[2] {
  const ratio = 1 + times * (rare.ratio - 1);
  // A class that grows is held to the points whatever its traffic; what shrinks cannot fall below 0, so its points
  // stay.
  return direction === 'grow'
    ? { points, rare: { ratio, points: times * rare.points }, expected }
    : { points: times * points, rare: { ratio, points: rare.points }, expected };
}

/** Answers of the classes that green gave more often than blue until then, minute by minute. */
export interface Gained {
  readonly minutes: readonly MinuteCounts[];
  /** Blue's rate of them as it could be guessed before each minute. */
  readonly blueRates: readonly number[];
}

/**
 * All classes as one yes-or-no count. A model that gives up 50 of its 100 classes takes half a point from each, which
 * no test of a single class need find; together they are half of its answers. Which classes are counted in a minute is
 * decided by the minutes before it alone: those of which green's share has been larger than blue's. So the count is
 * fair to bet on: whatever set it is, a green that moves no group of classes by more than the tolerance moves not this
 * one either. Where there is no past yet, nothing is counted.
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

const SPEAKS = /^(class ?|.+ (below|from|to) |(no )?label )/i;

/** "class 7"; a name that says what it is, such as a score's bin, stays as it is. */
export const classInWords = (name: string): string => (SPEAKS.test(name) ? name : `class ${name}`);
