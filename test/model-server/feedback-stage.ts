import { REQUEST_ID_HEADER, type KeptLabel } from '../../lambdas/contract/feedback';
import type { LabelStore } from '../../lambdas/adapters/s3/label-store';
import { digits, input, serve, throughLive, type Reply, type ServedModel } from './serve';

/** Keeps labels in memory, the first of a key alone, as the store in S3 does. */
export function memoryStore() {
  const kept = new Map<string, KeptLabel>();
  const store: LabelStore = {
    keepFirst: async (bucket, key, label) => {
      const path = `${bucket}/${key}`;
      if (!kept.has(path)) kept.set(path, label);
      return kept.get(path)!;
    },
  };
  return { kept, store };
}

export const DAY = 86_400_000;
export const NOON = Date.UTC(2026, 10, 27, 12);

/** A server whose labels are kept in memory, and whose clock stands at noon. */
export function stage(file: Uint8Array = digits('v1-baseline.onnx'), changes: Parameters<typeof serve>[1] = {}) {
  const clock = { now: NOON };
  const { kept, store } = memoryStore();
  const served = serve(file, changes, { now: () => clock.now, labels: store });
  const label = (body: unknown, requestId = 'f-1') =>
    served.call('POST', '/v2/models/m/feedback', body, { ...throughLive, awsRequestId: requestId });
  return { ...served, clock, kept, label };
}

/** A request of so many images. */
export const image = (rows = 1) =>
  input(
    'pixels',
    'FP32',
    [rows, 64],
    Array.from({ length: rows * 64 }, (_, i) => (i * 7) % 17),
  );

/** The request id of an answer. */
export async function asked(served: Pick<ServedModel, 'infer'>, body: unknown = image(), context = throughLive) {
  const reply = await served.infer(body, context);
  expect(reply).toMatchObject({ statusCode: 200 });
  return { id: reply.headers[REQUEST_ID_HEADER] ?? 'none', reply };
}

/** The classes that an answer predicts. */
export const predictedOf = (reply: Reply): number[] =>
  (reply.json['outputs'] as { name: string; data: number[] }[]).find(({ name }) => name === 'label')!.data;
