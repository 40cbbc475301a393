/**
 * Bins for a regression's scores, so that they can be counted like classes. Both versions of a rollout must use the same
 * edges, and the edges must be known before green is published: so they come from the golden set's labels where there
 * are any (their deciles), else from a fixed scale that covers any score coarsely.
 */
const SCALE = [1, 2, 5].flatMap((digit) => [-3, -2, -1, 0, 1, 2, 3, 4, 5].map((power) => digit * 10 ** power));

/** Negative and positive 1-2-5 steps from a thousandth to half a million, and zero. */
export const GENERIC_SCORE_EDGES: readonly number[] = [...SCALE.map((edge) => -edge), 0, ...SCALE]
  .map((edge) => Number(edge.toPrecision(6)))
  .sort((a, b) => a - b);

/** Deciles of the labels, without repeats; the generic scale when they hardly differ. */
export function scoreEdges(labels: readonly number[]): readonly number[] {
  const sorted = [...labels].sort((a, b) => a - b);
  const deciles = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => sorted[Math.floor((tenth * sorted.length) / 10)]);
  const edges = [...new Set(deciles.filter((edge) => edge !== undefined))].map((edge) => Number(edge.toPrecision(6)));
  const distinct = [...new Set(edges)];
  return distinct.length >= 3 ? distinct : GENERIC_SCORE_EDGES;
}

/** What a bin holds, in words: "score 1.5 to 2" is (1.5, 2]. Past the last edge there is one bin, without an end. */
export function scoreBinName(edges: readonly number[], bin: number): string {
  const [below, above] = [edges[bin - 1], edges[bin]];
  if (above === undefined) return `score above ${below ?? edges.at(-1) ?? 0}`;
  return below === undefined ? `score up to ${above}` : `score ${below} to ${above}`;
}
