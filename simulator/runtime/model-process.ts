/*
 * The entry of a process that serves one version of the built-in model server, with the world's S3 behind it. It keeps
 * labels and captured requests there.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { parseModelServerEnv } from '../../lambdas/contract/model-server-env';
import { createModelServer } from '../../lambdas/model-server/create-model-server';
import { noCapture, requestCapture } from '../../lambdas/model-server/capture';
import { emfSink } from '../../lambdas/model-server/emf-sink';
import { runFunctionProcess } from './function-process';
import { seededRandom } from '../random';
import { stopwatch } from './stopwatch';

runFunctionProcess(async ({ getObject, keepLabel, capture, now }) => {
  const env = parseModelServerEnv(process.env);
  const log = new Logger({ serviceName: env.endpoint });
  const server = createModelServer({
    env,
    source: {
      open: async (model, from) => {
        const bytes = await getObject(model);
        return { contentLength: bytes.byteLength, chunks: chunksOf(bytes.subarray(from)) };
      },
    },
    metrics: emfSink(),
    log,
    now,
    stopwatch,
    capture:
      env.captureRate === 0
        ? noCapture
        : requestCapture({
            env,
            sink: { write: capture },
            log,
            now,
            random: seededRandom(env.endpoint),
            abortAfter: () => new AbortController().signal,
          }),
    labels: { keepFirst: (bucket, key, label) => keepLabel({ bucket, key, label }) },
  });
  await server.load();
  return (event, context) => server.handle(event, context);
});

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
