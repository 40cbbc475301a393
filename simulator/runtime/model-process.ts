/*
 * The entry of a process that serves one version of the built-in model server, with the world's S3 behind it. It keeps
 * labels, and no requests for replay.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { parseModelServerEnv } from '../../lambdas/contract/model-server-env';
import { createModelServer } from '../../lambdas/model-server/create-model-server';
import { emfSink } from '../../lambdas/model-server/emf-sink';
import { runFunctionProcess } from './function-process';
import { stopwatch } from './stopwatch';

runFunctionProcess(async ({ getObject, keepLabel, now }) => {
  const env = parseModelServerEnv(process.env);
  const server = createModelServer({
    env,
    source: {
      open: async (model, from) => {
        const bytes = await getObject(model);
        return { contentLength: bytes.byteLength, chunks: chunksOf(bytes.subarray(from)) };
      },
    },
    metrics: emfSink(),
    log: new Logger({ serviceName: env.endpoint }),
    now,
    stopwatch,
    labels: { keepFirst: (bucket, key, label) => keepLabel({ bucket, key, label }) },
  });
  await server.load();
  return (event, context) => server.handle(event, context);
});

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
