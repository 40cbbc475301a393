import type { Alternatives } from '../statistics/alternatives';
import { logistic, logit } from '../statistics/log-sum';
import type { LatencyThreshold } from '../evidence';

/** Log odds by which a harmless green is expected below blue when the thresholds cannot say: a lognormal's, roughly. */
const USUAL_SHIFT = -1;
/** Further below would bet that green is never beyond the bound, which one slow request would lose. */
const LARGEST_SHIFT = -4;
const SMALLEST_SHIFT = -0.1;

/**
 * The bets that green is harmless: green is like blue, or halfway to harm.
 *
 * Green is counted beyond the harmful bound and blue beyond its own quantile, so a green that is like blue has fewer
 * events than blue: as few as blue itself would have beyond the harmful bound. Blue's quantiles before the canary tell
 * how few, as a shift in log odds, which is then applied to blue's rate of the minute. A poor guess costs speed only.
 */
export function harmlessLatency(thresholds: readonly LatencyThreshold[], at: LatencyThreshold): Alternatives {
  const shift = Math.min(SMALLEST_SHIFT, Math.max(LARGEST_SHIFT, shiftOf(thresholds, at)));
  return (blueRate) => [logistic(logit(blueRate) + shift), logistic(logit(blueRate) + shift / 2)];
}

/** Blue's log odds beyond `greenHarmfulMs` minus those beyond `blueMs`, by lines through the points (ln ms, log odds). */
function shiftOf(thresholds: readonly LatencyThreshold[], at: LatencyThreshold): number {
  const points = thresholds.map(({ blueMs, quantile }) => ({ x: Math.log(blueMs), y: logit(1 - quantile) }));
  const x = Math.log(at.greenHarmfulMs);
  const next = points.findIndex((point, index) => index > 0 && point.x >= x);
  // Beyond the last quantile, go on along the last line.
  const end = next > 0 ? next : points.length - 1;
  const left = points[end - 1];
  const right = points[end];
  if (!left || !right || !(right.x > left.x)) return USUAL_SHIFT;
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x) - logit(1 - at.quantile);
}
