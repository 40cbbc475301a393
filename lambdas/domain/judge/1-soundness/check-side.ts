import type { Baseline, EventCount, SideCounts } from '../evidence';
import { requireCount, requireCounts, requireList, requireObject } from './require';

type AnySide = Omit<SideCounts, 'verySlow'> & Partial<Pick<SideCounts, 'verySlow'>>;

/** What every side's lists must be as long as. */
export interface Lengths {
  readonly thresholds: Baseline['thresholds'];
  readonly classNames: readonly string[];
  readonly customGates: number;
}

/** Throws `EvidenceInvalid` unless one side's counts of a minute can be true. `verySlow` is not asked of blue's own minutes. */
export function checkSide(field: string, side: AnySide, lengths: Lengths, harm: 'with harm' | 'without harm'): void {
  requireObject(field, side);
  requireCount(`${field}.requests`, side.requests);
  const ofRequests = ` (${field}.requests)`;
  for (const kind of ['invocationErrors', 'modelErrors', 'nonFiniteOutputs'] as const) {
    requireCount(`${field}.${kind}`, side[kind], side.requests, ofRequests);
  }
  const failures = side.invocationErrors + side.modelErrors + side.nonFiniteOutputs;
  requireCount(`${field}: the sum of failures`, failures, side.requests, ofRequests);
  requireCount(`${field}.throttles`, side.throttles);
  requireCount(`${field}.durations`, side.durations, side.requests, ofRequests);
  const ofDurations = ` (${field}.durations)`;
  const perThreshold = { of: lengths.thresholds.length, is: ' (as many as baseline.thresholds)' };
  requireCounts(`${field}.slow`, side.slow, perThreshold, side.durations, ofDurations);
  if (harm === 'with harm') {
    requireCounts(`${field}.verySlow`, side.verySlow ?? [], perThreshold, side.durations, ofDurations);
  }
  const perClass = { of: lengths.classNames.length, is: ' (as many as baseline.classNames)' };
  requireCounts(`${field}.classes`, side.classes, perClass);
  requireList(`${field}.custom`, side.custom, lengths.customGates, ' (as many as settings.gates.custom)');
  side.custom.forEach((one, index) => checkEvents(`${field}.custom[${index}]`, one));
  if (side.labelled !== undefined) checkEvents(`${field}.labelled`, side.labelled);
}

function checkEvents(field: string, count: EventCount): void {
  requireObject(field, count);
  requireCount(`${field}.requests`, count.requests);
  requireCount(`${field}.events`, count.events, count.requests, ` (${field}.requests)`);
}
