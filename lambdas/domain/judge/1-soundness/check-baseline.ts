import type { Baseline, LatencyThreshold } from '../evidence';
import { requireAtLeast, requireCount, requireCounts, requireInside, requireList, requireObject } from './require';

/** Throws `EvidenceInvalid` unless blue's numbers before the canary can be true. */
export function checkBaseline(baseline: Baseline): void {
  requireObject('baseline', baseline);
  requireCount('baseline.minutes', baseline.minutes);
  requireCount('baseline.requests', baseline.requests);
  requireCount('baseline.failures', baseline.failures, baseline.requests, ' (baseline.requests)');
  requireCount('baseline.durations', baseline.durations);
  requireList('baseline.thresholds', baseline.thresholds);
  baseline.thresholds.forEach((threshold, index) => {
    checkThreshold(`baseline.thresholds[${index}]`, threshold, baseline.thresholds[index - 1]);
  });
  // A quantile of no durations cannot have been measured.
  if (baseline.thresholds.length > 0) requireAtLeast('baseline.durations', baseline.durations, 1);
  requireList('baseline.classNames', baseline.classNames);
  const perClass = { of: baseline.classNames.length, is: ' (as many as baseline.classNames)' };
  requireCounts('baseline.classes', baseline.classes, perClass);
}

function checkThreshold(field: string, threshold: LatencyThreshold, previous: LatencyThreshold | undefined): void {
  requireObject(field, threshold);
  requireInside(`${field}.quantile`, threshold.quantile, previous?.quantile ?? 0, 1);
  requireInside(`${field}.blueMs`, threshold.blueMs, 0);
  requireAtLeast(`${field}.blueMs`, threshold.blueMs, previous?.blueMs ?? 0);
  requireAtLeast(`${field}.greenToleratedMs`, threshold.greenToleratedMs, threshold.blueMs);
  requireAtLeast(`${field}.greenHarmfulMs`, threshold.greenHarmfulMs, threshold.greenToleratedMs);
}
