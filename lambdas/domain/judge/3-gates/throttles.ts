import type { Evidence } from '../../evidence';
import type { RateGateSettings } from '../judgement';
import type { Counter } from './counter';
import { rateCounter } from './rate-counter';

/** Requests that Lambda turned away over all that were sent. They never reached the function, so no other gate sees them. */
export const throttleCounters = (evidence: Evidence, settings: RateGateSettings): Counter[] => [
  rateCounter(
    evidence,
    settings,
    { gate: 'throttles' },
    (side) => side.throttles,
    (side) => side.invocations + side.throttles,
  ),
];
