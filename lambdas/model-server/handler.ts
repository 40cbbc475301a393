import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { s3CaptureSink } from '../adapters/s3/captured-requests';
import { s3LabelStore } from '../adapters/s3/label-store';
import { s3ModelSource } from '../adapters/s3/model-source';
import { parseModelServerEnv } from '../contract/model-server-env';
import { type AfterAnswer, afterAnswers, noCapture, requestCapture } from './capture';
import type { Answer } from './answer';
import { createModelServer } from './create-model-server';
import type { InvocationContext } from './route';
import { emfSink } from './emf-sink';
import { noTrace, type TraceCall } from './server-log';

/** The Lambda entry. An environment that makes no sense throws here, at init, by name. */
const env = parseModelServerEnv(process.env);

const log = new Logger({ serviceName: env.endpoint });

/** Loaded at the first request of an endpoint that is traced: it costs a start some 30 ms. */
let tracer: Promise<TraceCall> | undefined;
const xray: TraceCall = async (name, work) => {
  tracer ??= import('./xray-trace').then(({ xrayTrace }) => xrayTrace(env.endpoint));
  return (await tracer)(name, work);
};

/** Only where requests are captured: an extension costs a start some milliseconds. */
let after: AfterAnswer | undefined;
const prepared =
  env.captureRate === 0
    ? undefined
    : afterAnswers(process.env['AWS_LAMBDA_RUNTIME_API']).then((made) => {
        after = made;
      });

const server = createModelServer({
  env,
  source: s3ModelSource(),
  metrics: emfSink(),
  log,
  trace: process.env['POWERTOOLS_TRACE_ENABLED'] === 'true' ? xray : noTrace,
  // Without capture there is no client to make, which costs a cold start some milliseconds.
  labels: s3LabelStore(),
  capture: env.captureRate !== 0 ? requestCapture({ env, sink: s3CaptureSink(), log }) : noCapture,
  afterAnswer: (work) => (after === undefined ? void work() : after.later(work)),
});

const load = server.load();

/**
 * An environment on demand is given up and begun anew when it has not started within 10 s; the request then waits
 * longer than without us. Two are left for Lambda's own part.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
const ON_DEMAND_LIMIT_MS = 8_000;

/**
 * Lambda takes an environment as started, and may freeze it, once its module has been evaluated. What is provisioned is
 * paid for so that users find the model loaded: there Lambda waits for up to 15 minutes, and so do we. A failure is
 * kept and answered, so this never rejects. The bundle's entry waits for it, see `lib/bundle-files.ts`.
 */
export const started: Promise<unknown> = Promise.all([
  prepared,
  process.env['AWS_LAMBDA_INITIALIZATION_TYPE'] === 'provisioned-concurrency'
    ? load
    : Promise.race([load, delay(Math.max(0, ON_DEMAND_LIMIT_MS - process.uptime() * 1000), undefined, { ref: false })]),
]);

export const handler = async (event: unknown, context: InvocationContext): Promise<Answer> => {
  try {
    return await server.handle(event, context);
  } finally {
    after?.answered(context.awsRequestId);
  }
};
