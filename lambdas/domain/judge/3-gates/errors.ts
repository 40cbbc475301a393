import type { Evidence } from '../../evidence';
import type { RateGateSettings } from '../judgement';
import type { Counter } from './counter';
import { rateCounter } from './rate-counter';

/** Requests that failed, whoever noticed: Lambda, the model, or the check of its output. It can always be counted. */
export const errorCounters = (evidence: Evidence, settings: RateGateSettings): Counter[] => [
  rateCounter(
    evidence,
    settings,
    { gate: 'errors' },
    (side) => side.errors,
    (side) => side.invocations,
  ),
];
