import { milliseconds, roughly } from '../../numbers';
import type { Pair, PairedSide } from './pair';

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
