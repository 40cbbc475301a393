import type { Baseline, EvidenceMinute, SideCounts } from '../evidence';
import { EvidenceInvalid } from './evidence-invalid';
import { requireCount, requireCounts, requireList, requireObject, requireWholeBetween } from './require';

/** Throws `EvidenceInvalid` unless every minute's counts can be true and fit the baseline's thresholds and classes. */
export function checkMinutes(minutes: readonly EvidenceMinute[], baseline: Baseline): void {
  requireList('minutes', minutes);
  let previous = -Infinity;
  minutes.forEach((minute, index) => {
    const field = `minutes[${index}]`;
    requireObject(field, minute);
    const start = startOf(minute.minute);
    if (Number.isNaN(start)) throw new EvidenceInvalid(`${field}.minute`, minute.minute, 'a time in ISO 8601, UTC');
    // A minute that is counted twice would be evidence out of nothing.
    if (start <= previous) throw new EvidenceInvalid(`${field}.minute`, minute.minute, 'later than the minute before');
    previous = start;
    requireWholeBetween(`${field}.weight`, minute.weight, 1, 99);
    checkSide(`${field}.blue`, minute.blue, baseline);
    checkSide(`${field}.green`, minute.green, baseline);
  });
}

function startOf(minute: unknown): number {
  return typeof minute === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(minute) ? Date.parse(minute) : NaN;
}

function checkSide(field: string, side: SideCounts, baseline: Baseline): void {
  requireObject(field, side);
  requireCount(`${field}.requests`, side.requests);
  const ofRequests = ` (${field}.requests)`;
  for (const kind of ['invocationErrors', 'modelErrors', 'nonFiniteOutputs'] as const) {
    requireCount(`${field}.${kind}`, side[kind], side.requests, ofRequests);
  }
  const failures = side.invocationErrors + side.modelErrors + side.nonFiniteOutputs;
  requireCount(`${field}: the sum of failures`, failures, side.requests, ofRequests);
  const perThreshold = { of: baseline.thresholds.length, is: ' (as many as baseline.thresholds)' };
  requireCounts(`${field}.slow`, side.slow, perThreshold, side.requests, ofRequests);
  requireCounts(`${field}.verySlow`, side.verySlow, perThreshold, side.requests, ofRequests);
  const perClass = { of: baseline.classNames.length, is: ' (as many as baseline.classNames)' };
  requireCounts(`${field}.classes`, side.classes, perClass);
}
