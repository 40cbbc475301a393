import type { Baseline, LatencyThreshold } from '../evidence';
import { checkTime } from './check-minutes';
import { checkSide, type Lengths } from './check-side';
import { requireAtLeast, requireCount, requireInside, requireList, requireObject } from './require';

/** Throws `EvidenceInvalid` unless blue's numbers before the canary can be true. */
export function checkBaseline(baseline: Baseline, lengths: Lengths): void {
  requireObject('baseline', baseline);
  requireCount('baseline.durations', baseline.durations);
  requireList('baseline.thresholds', baseline.thresholds);
  baseline.thresholds.forEach((threshold, index) => {
    checkThreshold(`baseline.thresholds[${index}]`, threshold, baseline.thresholds[index - 1]);
  });
  // A quantile of no durations cannot have been measured.
  if (baseline.thresholds.length > 0) requireAtLeast('baseline.durations', baseline.durations, 1);
  requireList('baseline.classNames', baseline.classNames);
  if (baseline.labels !== undefined) {
    requireObject('baseline.labels', baseline.labels);
    requireCount('baseline.labels.blue', baseline.labels.blue);
    requireCount('baseline.labels.green', baseline.labels.green);
  }
  requireList('baseline.minutes', baseline.minutes);
  let previous = -Infinity;
  baseline.minutes.forEach((minute, index) => {
    const field = `baseline.minutes[${index}]`;
    requireObject(field, minute);
    previous = checkTime(`${field}.minute`, minute.minute, previous);
    checkSide(`${field}.blue`, minute.blue, lengths, 'without harm');
  });
}

function checkThreshold(field: string, threshold: LatencyThreshold, previous: LatencyThreshold | undefined): void {
  requireObject(field, threshold);
  requireInside(`${field}.quantile`, threshold.quantile, previous?.quantile ?? 0, 1);
  requireInside(`${field}.blueMs`, threshold.blueMs, 0);
  requireAtLeast(`${field}.blueMs`, threshold.blueMs, previous?.blueMs ?? 0);
  requireAtLeast(`${field}.greenToleratedMs`, threshold.greenToleratedMs, threshold.blueMs);
  requireAtLeast(`${field}.greenHarmfulMs`, threshold.greenHarmfulMs, threshold.greenToleratedMs);
}
