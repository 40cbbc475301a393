import type { Canary, SimulatedSide } from '../simulate/canary';
import type { Judge } from './judge';
import { errorRate, percentileMs, pooledPercentileMs } from './minute-values';

/**
 * CloudWatch alarms that CodeDeploy watches while it shifts an alias, on green's own version only (AWS's sample puts
 * one on the alias as well, which blue's failures would set off too). Missing data breaches nothing.
 */

/** Stops at the minute that makes `needed` breaching ones of the last `of`. */
function stopsWhen(
  canary: Canary,
  needed: number,
  of: number,
  breaches: (green: SimulatedSide) => boolean,
): number | undefined {
  const breaching = canary.minutes.map(({ green }) => green.invocations > 0 && breaches(green));
  const at = breaching.findIndex((_, index) => {
    const window = breaching.slice(index < of ? 0 : index + 1 - of, index + 1);
    return window.filter(Boolean).length >= needed;
  });
  return at === -1 ? undefined : at + 1;
}

/** One failed request. */
export const alarmAny: Judge = {
  name: 'AlarmAny',
  stopMinute: (canary) => stopsWhen(canary, 1, 1, ({ errors }) => errors > 0),
};

/**
 * Failed requests in two minutes running: `Errors` Sum > 0, Period 60, EvaluationPeriods 2.
 * Source: aws/serverless-application-model, docs/safe_lambda_deployments.rst.
 */
export const alarmSam: Judge = {
  name: 'AlarmSAM',
  stopMinute: (canary) => stopsWhen(canary, 2, 2, ({ errors }) => errors > 0),
};

const MAX_ERROR_RATE = 0.01;
const MAX_SLOWDOWN = 1.5;

/** In two of three minutes more than 1 % failed, or a p99 over 1.5 times blue's of the hour before. */
export const alarmRate: Judge = {
  name: 'AlarmRate',
  stopMinute: (canary) => {
    const slow = MAX_SLOWDOWN * pooledPercentileMs(canary.baseline, 0.99);
    const breaches = (green: SimulatedSide) => errorRate(green) > MAX_ERROR_RATE || percentileMs(green, 0.99) > slow;
    return stopsWhen(canary, 2, 3, breaches);
  },
};
