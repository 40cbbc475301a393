import { logSumExp, deviationOf, meanOf } from '../../statistics/summaries';

const { log1p, log } = Math;

/** A share of the money, and the stake that it bets on every pair. */
interface Stake {
  readonly part: number;
  readonly stake: number;
}

/**
 * A test of a bound on E[Z], for Z in a known range: each stake l multiplies its money by 1 + l * gain(Z) at every
 * pair. Under the null E[gain] <= 0 given all that came before, so that the money is a supermartingale for every stake,
 * and for their mixture, which is fixed beforehand and sums to 1. Ville: P(it ever reaches 1/x) <= x, whatever the
 * number of looks. The two answers of a pair may depend on each other in any way. Waudby-Smith and Ramdas 2024,
 * "Estimating means of bounded random variables by betting" (arXiv 2010.09686); the mixtures are those of
 * docs/explanation/paired.md.
 */
export interface Test {
  readonly stakes: readonly Stake[];
  /** What a stake of 1 wins. Never so low that a stake could lose all. */
  readonly gain: (z: number) => number;
}

/**
 * H0: E[Z] >= d, that is harm, for Z <= zMax. Proven to be none at an e-value of 1/missRate. Where d is as large as Z
 * can be, no stake would be finite; a little less of it is asked to be excluded, which is harder to prove.
 */
export function noHarm(d: number, zMax: number): Test {
  const harm = Math.min(d, LARGEST_HARM * zMax);
  return { stakes: NO_HARM.map(({ part, stake }) => ({ part, stake: stake / (zMax - harm) })), gain: (z) => harm - z };
}
const LARGEST_HARM = 0.99;
const NO_HARM: readonly Stake[] = [
  { part: 0.6, stake: 0.95 },
  { part: 0.2, stake: 0.65 },
  { part: 0.1, stake: 0.35 },
  { part: 0.1, stake: 0.15 },
];

/** H0: E[Z] <= d, that is within the tolerance, for Z >= zMin. */
export const worse = (d: number, zMin: number): Test => ({
  stakes: WORSE.map((stake) => ({ part: 1 / WORSE.length, stake: stake / (d - zMin) })),
  gain: (z) => z - d,
});
const WORSE: readonly number[] = [0.004, 0.012, 0.035, 0.1, 0.3, 0.6, 0.9];

/**
 * H0: green gives the same answer to at most half of what blue gives to a class, E[both] <= E[b] / 2, for shares of a
 * request's rows; Z = both - b / 2. Shares alone are not enough: answers that are dealt out anew have the same. Stakes
 * stay under 2, where an answer that is lost would lose all. Six requests that both answer so are a proof at 1/20: 0.6
 * * 1.9^6 = 28.
 */
export const kept: Test = {
  stakes: [
    { part: 0.6, stake: 1.8 },
    { part: 0.2, stake: 1.2 },
    { part: 0.1, stake: 0.7 },
    { part: 0.1, stake: 0.3 },
  ],
  gain: (z) => z,
};

/** H0: green keeps at least half of them; the same Z. */
export const lost: Test = { stakes: WORSE.map((stake) => ({ part: 1 / WORSE.length, stake })), gain: (z) => -z };

/**
 * The money of one test so far. The order of pairs does not change it: a Z that came up n times is bet on n times at
 * once.
 */
export class Bet {
  private readonly money: number[];

  constructor(private readonly test: Test) {
    this.money = test.stakes.map(({ part }) => log(part));
  }

  add(z: number, times = 1): void {
    const gain = this.test.gain(z);
    this.test.stakes.forEach(({ stake }, index) => {
      this.money[index] = this.money[index]! + times * log1p(stake * gain);
    });
  }

  /** ln of the e-value. */
  get logEvidence(): number {
    return logSumExp(this.money);
  }
}

/** Pairs whose blue answers set what later ones are held to; they prove nothing there. A tenth, between 10 and 100. */
export const pilotOf = (planned: number): number => Math.min(100, Math.max(10, Math.floor(planned / 10)));

/** Of numbers that hardly vary so little of their size is what arithmetic in another order makes of them. */
const ROUNDING = 1e-4;

/** Twice the deviation of blue's numbers, from the first pairs that have some; undefined for those. */
export function pilotDeviation(planned: number): (scores: readonly number[]) => number | undefined {
  const pilot = pilotOf(planned);
  const seen: number[] = [];
  let pairs = 0;
  let twice: number | undefined;
  return (scores) => {
    if (twice !== undefined) return twice;
    seen.push(...scores);
    pairs += 1;
    if (pairs === pilot) twice = 2 * Math.max(deviationOf(seen), ROUNDING * Math.abs(meanOf(seen)));
    return undefined;
  };
}

/** Where blue always gives 0, any other number is as far as it can be. */
export const clipped = (difference: number, twice: number): number =>
  difference === 0 ? 0 : Math.max(-1, Math.min(1, difference / twice));
