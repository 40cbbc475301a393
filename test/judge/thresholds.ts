import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { THRESHOLD_QUANTILES } from '../../lambdas/domain/gates/latency-quantiles';
import type { LatencyThreshold } from '../../lambdas/domain/evidence';
import { latencyThresholds } from '../../lambdas/domain/latency-thresholds';
import { latencyMargins } from './settings';

/** Blue's thresholds as a rollout makes them, for lognormal durations with median 80 ms and sigma 0.5. */
export const thresholds: readonly LatencyThreshold[] = latencyThresholds(
  THRESHOLD_QUANTILES.map((quantile) => ({ quantile, ms: 80 * Math.exp(0.5 * normalQuantile(quantile, 0, 1)) })),
  latencyMargins ?? { tolerancePercent: 0, toleranceFloorMs: 0, harmPercent: 0, harmFloorMs: 0 },
);
