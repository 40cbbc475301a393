import { MAX_FEEDBACK_ITEMS, REQUEST_ID_HEADER } from '../../lambdas/contract/feedback';
import type { DataRequest } from '../../lambdas/contract/data-request';
import type { DataSet } from '../../lambdas/contract/golden-set';
import { LIVE_ALIAS } from '../../lambdas/contract/names';
import { MINUTE_MS } from '../../lambdas/domain/minutes';
import type { UrlResponse } from '../services/lambda/function-url';
import type { World } from '../world';

export interface SimulatedLabelsOptions {
  readonly functionName: string;
  readonly modelName: string;
  /** What has a label gets it. */
  readonly traffic: DataSet;
  /** Share of the answers that get a label, 0 to 1. */
  readonly share: number;
  /** From the answer to its label. */
  readonly afterMinutes: number;
}

/** Users who say later what was true: the right class of a share of the answers, by chance, from either version. */
export function simulatedLabels(world: World, options: SimulatedLabelsOptions) {
  const { functionName, traffic, share, afterMinutes } = options;
  const path = `/v2/models/${options.modelName}/feedback`;
  const counts = { sent: 0, taken: 0 };

  async function send(feedback: readonly { readonly requestId: string; readonly label: unknown }[]): Promise<void> {
    const requests = Array.from({ length: Math.ceil(feedback.length / MAX_FEEDBACK_ITEMS) }, (_, list) => ({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ feedback: feedback.slice(list * MAX_FEEDBACK_ITEMS, (list + 1) * MAX_FEEDBACK_ITEMS) }),
    }));
    const answers = await world.services.lambda.invokeUrlBatch(functionName, LIVE_ALIAS, requests);
    counts.sent += feedback.length;
    for (const { body } of answers) counts.taken += (JSON.parse(body) as { taken?: number }).taken ?? 0;
  }

  return {
    counts,
    /** The answers of some requests, and which of the data set's each of them was. */
    answered(answers: readonly UrlResponse[], asked: readonly number[]): void {
      const feedback = answers.flatMap(({ headers }, index) => {
        const requestId = headers[REQUEST_ID_HEADER];
        const label = sentLabel(traffic.requests[asked[index] ?? -1]?.labels);
        return requestId === undefined || label === undefined || world.random() >= share ? [] : [{ requestId, label }];
      });
      if (feedback.length > 0) world.clock.setTimeout(() => void send(feedback), afterMinutes * MINUTE_MS);
    },
  };
}

/**
 * One label, or the list of a batch's; undefined where one is not known, or is an array, which no answer is scored by.
 */
function sentLabel(labels: DataRequest['labels']): unknown {
  if (labels === undefined || labels.some((label) => label === undefined || typeof label === 'object'))
    return undefined;
  return labels.length === 1 ? labels[0] : labels;
}
