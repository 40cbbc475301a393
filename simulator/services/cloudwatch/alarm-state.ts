import type { StateValue } from '@aws-sdk/client-cloudwatch';

/** How an alarm turns datapoints into a state. */
export interface AlarmRule {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
  readonly breaches: (value: number) => boolean;
}

/**
 * CloudWatch looks at more periods than it evaluates, for datapoints in place of missing ones: five where three count.
 */
export const PERIODS_BEYOND = 2;

/**
 * The state after the newest period, from the datapoints of the evaluation range, oldest first. The rules and the table
 * that the test repeats are in CloudWatch's guide, "Configuring how CloudWatch alarms treat missing data".
 */
export function alarmState(
  { evaluationPeriods, datapointsToAlarm, treatMissingData, breaches }: AlarmRule,
  range: readonly (number | undefined)[],
  current: StateValue,
): StateValue {
  const existing = range.filter((value) => value !== undefined).slice(-evaluationPeriods);
  const breaching = existing.filter(breaches).length;
  const missing = evaluationPeriods - existing.length;
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (missing === 0) return 'OK';
  switch (treatMissingData) {
    case 'breaching':
      return breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return existing.length > 0 && breaching === 0 ? 'OK' : current;
    case 'missing':
      if (existing.length === 0) return 'INSUFFICIENT_DATA';
      return isPremature(range, datapointsToAlarm, breaches) ? 'ALARM' : 'OK';
  }
}

/** The oldest breaching datapoint is as old as it takes to ring, and nothing better came since. */
function isPremature(
  range: readonly (number | undefined)[],
  datapointsToAlarm: number,
  breaches: (value: number) => boolean,
): boolean {
  const oldest = range.findIndex((value) => value !== undefined && breaches(value));
  if (oldest < 0 || range.length - oldest < datapointsToAlarm) return false;
  return range.slice(oldest).every((value) => value === undefined || breaches(value));
}
