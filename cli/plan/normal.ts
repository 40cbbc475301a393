import normalCdf from '@stdlib/stats-base-dists-normal-cdf';

/** The standard normal's share below `score`. */
export const cdf = (score: number): number => normalCdf(score, 0, 1);
