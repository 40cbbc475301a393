import * as z from 'zod';
import type { DeepReadonly } from '../../evidence';
import { milliseconds, roughly } from '../../numbers';

/** How one version answered a replayed request. */
const pairedSideSchema = z.strictObject({
  /** Share of its tries that failed, 0 to 1: one, or three where the first of either side failed. */
  failed: z.number().min(0).max(1),
  /** The server's own time for the answer, ms; absent where it gave none, or was cold. */
  ms: z.number().min(0).optional(),
  /** Per row the class that it answered; `null` where none is counted. @default none: no classes, or no answer */
  classes: z.array(z.int().min(0).nullable()).optional(),
  /** Per row the score that it answered. @default none */
  scores: z.array(z.number()).optional(),
  /** Share of the request's labelled rows that it got wrong, or its mean absolute error where labels are numbers. */
  loss: z.number().min(0).optional(),
});

/** One request that both versions answered: what a paired test is made of, kept as evidence. */
export const pairSchema = z.strictObject({
  /** Where the request came from: the key of a captured one, or a line of the samples. */
  request: z.string(),
  blue: pairedSideSchema,
  green: pairedSideSchema,
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

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The smallest value that a share of them does not exceed. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export function deviationOf(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}

/** More are not read. */
const MOST = 10;

/**
 * The requests on which the versions differ most, each in a few words: failures first, then other classes, the largest differences of
 * scores, and the slowest. No request's data is in it, only where it is kept.
 */
export function differing(pairs: readonly Pair[]): readonly string[] {
  return pairs
    .map((pair) => ({ pair, weight: weightOf(pair) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MOST)
    .map(({ pair: { request, blue, green } }) => `${request} (blue ${said(blue)}, green ${said(green)})`);
}

/** A failure more than any other answer, that more than any number, that more than any delay. */
function weightOf({ blue, green }: Pair): number {
  const failed = Math.abs(green.failed - blue.failed);
  if (failed > 0) return 3 + failed;
  const rows = blue.classes ?? [];
  const moved = rows.filter((one, row) => one !== (green.classes?.[row] ?? null)).length;
  if (moved > 0) return 2 + moved / rows.length;
  const far = Math.max(0, ...(blue.scores ?? []).map((one, row) => Math.abs(one - (green.scores?.[row] ?? one))));
  if (far > 0) return 1 + far / (1 + far);
  const slower = (green.ms ?? 0) - (blue.ms ?? 0);
  return blue.ms !== undefined && slower > blue.ms ? slower / (1 + slower) : 0;
}

function said({ failed, classes, scores, ms }: PairedSide): string {
  if (failed > 0) return failed === 1 ? 'failed' : `failed ${Math.round(failed * 3)} of 3 times`;
  const answer = classes?.slice(0, 3).join(' ') ?? scores?.slice(0, 3).map(roughly).join(' ');
  const took = ms === undefined ? '' : ` in ${milliseconds(ms)}`;
  return answer === undefined || answer === '' ? `answered${took}` : `${answer}${took}`;
}
