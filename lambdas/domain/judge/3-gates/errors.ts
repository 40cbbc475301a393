import type { Evidence, SideCounts } from '../evidence';
import type { RateGateSettings } from '../judgement';
import type { Counter } from './counter';
import { rateCounter } from './rate-counter';

/** Requests that failed, whoever noticed: Lambda, the model, or the check of its output. The three are disjoint. */
export const failuresOf = (side: Pick<SideCounts, 'invocationErrors' | 'modelErrors' | 'nonFiniteOutputs'>): number =>
  side.invocationErrors + side.modelErrors + side.nonFiniteOutputs;

/** Failed requests over requests. It can always be counted. */
export const errorCounters = (evidence: Evidence, settings: RateGateSettings): Counter[] => [
  rateCounter(evidence, settings, { gate: 'errors' }, failuresOf, (side) => side.requests),
];
