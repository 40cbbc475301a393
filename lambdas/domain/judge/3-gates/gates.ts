import type { Evidence } from '../../evidence';
import type { GateName, JudgeSettings } from '../judgement';
import { accuracyCounters, accuracyIsJudged } from './accuracy';
import { judgeCounter, type Counter, type JudgedCounter } from './counter';
import { customCounters } from './custom';
import { errorCounters } from './errors';
import { gateOf, type Gate } from './gate';
import { judgeLatency } from './latency';
import { predictionCounters } from './predictions';
import { reachOf } from './reach';
import { throttleCounters } from './throttles';

/** Every gate that is judged, in the order of `GATE_NAMES`, then the user's own. */
export function judgeGates(evidence: Evidence, settings: JudgeSettings): Gate[] {
  const { errors, latency, predictions, throttles, accuracy, custom = [] } = settings.gates;
  const gate = (name: GateName, counters: readonly JudgedCounter[]) => gateOf(name, counters, evidence.rows.length);
  const counted = (name: GateName, counters: readonly Counter[]) =>
    gate(
      name,
      counters.map((one) => judgeCounter(one, reachOf(evidence, one.history), evidence)),
    );
  return [
    ...(errors ? [counted('errors', errorCounters(evidence, errors))] : []),
    ...(latency ? [gate('latency', judgeLatency(evidence))] : []),
    ...(predictions ? [counted('predictions', predictionCounters(evidence, predictions))] : []),
    ...(throttles ? [counted('throttles', throttleCounters(evidence, throttles))] : []),
    ...(accuracy && accuracyIsJudged(evidence, accuracy)
      ? [counted('accuracy', accuracyCounters(evidence, accuracy))]
      : []),
    ...custom.map((one, index) => counted(`custom:${one.name}`, customCounters(evidence, one, index))),
  ];
}
