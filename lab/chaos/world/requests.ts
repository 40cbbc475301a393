import { gzipSync } from 'node:zlib';
import { capturedKey } from '../../../lambdas/contract/replay';
import { SAMPLES_PREFIX } from '../../../lambdas/contract/names';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import type { EmbeddedApp } from '../../../simulator/app/embedded-app';
import type { ReplayPlan } from '../plan/plan';

const DAY_MS = 24 * 60 * MINUTE_MS;

/** Stores the samples file of an endpoint, and what was captured over three days. */
export async function storeRequests(
  app: EmbeddedApp,
  endpoint: string,
  { samples, labelled, captured }: ReplayPlan,
): Promise<void> {
  if (samples > 0)
    await app.put(`${SAMPLES_PREFIX}${endpoint}.jsonl.gz`, gzipSync(madeUp(samples, labelled).join('\n')));
  const now = app.world.clock.now();
  for (const [index, text] of madeUp(captured, false).entries())
    await app.put(capturedKey(endpoint, now - (index % 3) * DAY_MS, `r-${index}`), text);
}

/** Requests whose answers are three classes, spread over what a made-up model can do right and wrong; a line each. */
const madeUp = (count: number, labelled: boolean): readonly string[] =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: [index % 3, ((index * 7919) % count) / count] }],
      ...(labelled && { label: index % 3 }),
    }),
  );
