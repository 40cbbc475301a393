import { Logger } from '@aws-lambda-powertools/logger';
import { s3CaptureSink } from '../adapters/s3-capture-sink';
import { s3LabelStore } from '../adapters/s3-label-store';
import { s3ModelSource } from '../adapters/s3-model-source';
import { parseModelServerEnv } from '../contract/model-server-env';
import type { Answer } from './answer';
import { noCapture, requestCapture } from './capture';
import { createModelServer, type InvocationContext } from './create-model-server';
import { emfSink } from './emf-sink';
import { xrayTrace } from './xray-trace';

/** The Lambda entry. An environment that makes no sense throws here, at init, by name. */
const env = parseModelServerEnv(process.env);

const log = new Logger({ serviceName: env.endpoint });

const server = createModelServer({
  env,
  source: s3ModelSource(),
  metrics: emfSink(),
  log,
  trace: xrayTrace(env.endpoint),
  // Without capture there is no client to make, which costs a cold start some milliseconds.
  labels: s3LabelStore(),
  capture: env.captureRate > 0 ? requestCapture({ env, sink: s3CaptureSink(), log }) : noCapture,
});

// The load begins while the function starts; a failure is kept and answered, so this never rejects.
void server.load();

export const handler = (event: unknown, context: InvocationContext): Promise<Answer> => server.handle(event, context);
