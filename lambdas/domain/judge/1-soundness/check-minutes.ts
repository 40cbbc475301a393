import type { EvidenceMinute } from '../evidence';
import { checkSide, type Lengths } from './check-side';
import { EvidenceInvalid } from './evidence-invalid';
import { requireList, requireObject, requireWholeBetween } from './require';

/** Throws `EvidenceInvalid` unless every minute's counts can be true and fit the baseline's thresholds and classes. */
export function checkMinutes(minutes: readonly EvidenceMinute[], lengths: Lengths): void {
  requireList('minutes', minutes);
  let previous = -Infinity;
  minutes.forEach((minute, index) => {
    const field = `minutes[${index}]`;
    requireObject(field, minute);
    previous = checkTime(`${field}.minute`, minute.minute, previous);
    requireWholeBetween(`${field}.weight`, minute.weight, 1, 99);
    checkSide(`${field}.blue`, minute.blue, lengths, 'with harm');
    checkSide(`${field}.green`, minute.green, lengths, 'with harm');
  });
}

/** A minute that is counted twice would be evidence out of nothing. Answers the time, ms. */
export function checkTime(field: string, minute: unknown, previous: number): number {
  const start = startOf(minute);
  if (Number.isNaN(start)) throw new EvidenceInvalid(field, minute, 'a time in ISO 8601, UTC');
  if (start <= previous) throw new EvidenceInvalid(field, minute, 'later than the minute before');
  return start;
}

function startOf(minute: unknown): number {
  return typeof minute === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(minute) ? Date.parse(minute) : NaN;
}
