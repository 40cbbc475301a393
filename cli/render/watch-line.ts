import type { EndpointView } from '../../lambdas/steps/operations/view';
import { count } from './text';

/** `12:04:05  canary 1/1, 10 %, green 431 requests, against 0.3 of 4.6, proof 2.1 of 3.0 (errors), continue`. */
export function watchLine({ at, rollout, state }: EndpointView): string {
  const time = at.slice(11, 19);
  if (rollout === null) return `${time}  ${state}`;
  const { judgement, step, weight, doing, approval } = rollout;
  const last = [...(judgement?.gates ?? [])].sort((a, b) => a.proof / a.passAt - b.proof / b.passAt)[0];
  const parts = [
    step === null ? rollout.phase.replace('-', ' ') : `canary ${step.number}/${step.of}`,
    `${weight} %`,
    ...(judgement === null
      ? []
      : [
          `green ${count(judgement.greenRequests)} requests`,
          `against ${judgement.against.toFixed(1)} of ${judgement.stopAt.toFixed(1)}`,
          ...(last === undefined ? [] : [`proof ${last.proof.toFixed(1)} of ${last.passAt.toFixed(1)} (${last.gate})`]),
          judgement.verdict,
        ]),
    ...(judgement === null || approval !== null ? [doing] : []),
  ];
  return `${time}  ${parts.join(', ')}`;
}
