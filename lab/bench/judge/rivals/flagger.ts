import type { SimulatedSide } from '../simulate/canary';
import type { Judge } from './judge';
import { errorRate, percentileMs } from './minute-values';

const MIN_SUCCESS_RATE = 0.99;
const MAX_P99_MS = 500;
const FAILED_CHECKS = 5;

/**
 * Flagger's canary analysis as its examples set it: every minute a success rate under 99 % or a p99 over 500 ms fails
 * the check, failed checks add up over the whole analysis, and the tick after the fifth rolls back. A minute without
 * traffic has no success rate, which Flagger counts as failed; `skipping` counts it as nothing.
 *
 * Source: fluxcd/flagger, pkg/controller/scheduler.go, scheduler_metrics.go and docs/gitbook/usage/metrics.md.
 */
const flaggerRule = (name: string, idle: 'fails' | 'skipping'): Judge => ({
  name,
  stopMinute: ({ minutes }) => {
    const failed = (green: SimulatedSide): boolean =>
      green.invocations === 0
        ? idle === 'fails'
        : 1 - errorRate(green) < MIN_SUCCESS_RATE || percentileMs(green, 0.99) > MAX_P99_MS;
    let checks = 0;
    const fifth = minutes.findIndex(({ green }) => failed(green) && ++checks === FAILED_CHECKS);
    const nextTick = fifth + 2;
    return fifth === -1 || nextTick > minutes.length ? undefined : nextTick;
  },
});

export const flagger = flaggerRule('Flagger', 'fails');
export const flaggerSkip = flaggerRule('FlaggerSkip', 'skipping');
