import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineClock } from '../../simulator/clock';
import { CloudWatchService } from '../../simulator/services/cloudwatch-service';
import { EMULATOR_ENV } from '../credentials';

/** The machine's own time, for the parts of the embedded engine that the gateway uses. */
const CLOCK: EngineClock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  sleep: (ms) => sleep(ms),
  real: (work) => work,
};

/**
 * The metrics that the gateway knows: the embedded engine's CloudWatch, on the machine's time. Values can be read
 * at once, as an emulator's can; CloudWatch's own take a minute or two.
 */
export function metricStore(): CloudWatchService {
  const world = {
    clock: CLOCK,
    account: '000000000000',
    region: EMULATOR_ENV.AWS_REGION,
    random: Math.random,
    emit: () => undefined,
  };
  return new CloudWatchService(world, { delaySeconds: [0, 0] });
}
