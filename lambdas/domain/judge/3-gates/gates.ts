import type { Evidence } from '../evidence';
import type { JudgeSettings } from '../judgement';
import { errorCounters } from './errors';
import { judgeGate, type Gate } from './gate';
import { latencyCounters } from './latency';
import { predictionCounters } from './predictions';

/** Every gate that is switched on, in the order of `GATE_NAMES`. */
export function judgeGates(evidence: Evidence, settings: JudgeSettings): Gate[] {
  const { errors, latency, predictions } = settings.gates;
  const length = evidence.minutes.length;
  const horizon = evidence.plannedMinutes;
  return [
    ...(errors ? [judgeGate('errors', errorCounters(evidence, errors), length, horizon)] : []),
    ...(latency ? [judgeGate('latency', latencyCounters(evidence), length, horizon)] : []),
    ...(predictions ? [judgeGate('predictions', predictionCounters(evidence, predictions), length, horizon)] : []),
  ];
}
