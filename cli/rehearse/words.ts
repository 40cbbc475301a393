import { join } from 'node:path';
import { understoodInWords } from '../../lambdas/domain/task';
import type { Rehearsal } from './rehearse';

/** The end of a rehearsal for a person: what was understood, outcome, reason, numbers, where the page is. */
export function rehearsalInWords({ summary, record, remarks }: Rehearsal, out: string): string {
  const [rollout] = summary.rollouts;
  if (rollout === undefined) return 'nothing was rolled out';
  const judgement = record.state?.judgement;
  const reason =
    rollout.error === null ? (judgement?.reason ?? 'no canary was needed') : `${rollout.error}: ${rollout.cause ?? ''}`;
  const understood = record.state?.understood && understoodInWords(record.state.understood);
  return [
    '',
    ...(understood === undefined ? [] : [understood]),
    `${rollout.outcome.toUpperCase()}  ${reason}`,
    ...(judgement?.gates ?? []).flatMap(({ observed, summary: said }) =>
      observed?.includes('would have failed') === true ? [`WARNING  only ${said}`] : [],
    ),
    `weights: ${rollout.weights.map(({ minute, weight }) => `${weight} % from minute ${minute}`).join(', ') || 'none'}`,
    `minutes: ${rollout.minutes}; green requests judged: ${rollout.greenRequests}; user requests: ${summary.traffic.requests}, failed during the rollout: ${rollout.failedRequests}, because of a shift: ${summary.traffic.failedBecauseOfShift}`,
    ...remarks.map((remark) => `note: ${remark}`),
    `page: ${join(out, rollout.report)}`,
  ].join('\n');
}
