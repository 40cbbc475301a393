import { ANSWERED_BY } from '../contract/inference-protocol';
import { REQUEST_ID_HEADER } from '../contract/feedback';
import type { ModelServerEnv } from '../contract/model-server-env';
import { LIVE_ALIAS } from '../contract/names';
import { shown } from '../contract/datatypes';
import type { PredictionOutput } from '../domain/prediction';
import {
  carriedBytes,
  compressionOf,
  contentAnswer,
  errorAnswer,
  jsonAnswer,
  type Answer,
  type AnswerHeaders,
  withTiming,
  MAX_ANSWER_BYTES,
  tooLarge,
  tooLargeSentence,
} from './answer';
import { capturable, noCapture, type Capture } from './capture';
import { answerFeedback } from './feedback/feedback';
import { labelAllowance } from './feedback/feedback-refused';
import type { LabelStore } from '../adapters/s3/label-store';
import { requestIdFor } from './feedback/request-id';
import { byVersion, failInDrill, failOnPurpose, infer, ModelError } from './infer';
import { firstTimes, type LabelCounts, type MetricsSink, type RequestCounts } from './emf-sink';
import { classNamesOf, metadataOf, modelLoader } from './model-loader';
import type { ModelSource } from '../adapters/s3/model-source';
import { noModelYet, NotReady, RequestError, ModelServerBug, told } from './not-ready';
import { giveBack, readBody, type RequestBody } from './read-body';
import { readInferRequest } from './read-infer-request';
import { type InvocationContext, readEvent, type Route, type ServerRequest } from './route';
import { type ServerLog, noTrace, type TraceCall } from './server-log';

export interface ModelServerParts {
  readonly env: ModelServerEnv;
  readonly source: ModelSource;
  readonly metrics: MetricsSink;
  readonly log: ServerLog;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Begins to time a request; what it answers says the milliseconds since. @default wall time */
  readonly stopwatch?: () => () => number;
  /** @default no traces */
  readonly trace?: TraceCall;
  /** Keeps a sample of the requests. @default none */
  readonly capture?: Capture;
  /** Does work that no answer waits for. @default at once */
  readonly afterAnswer?: (work: () => Promise<void>) => void;
  /** Keeps labels that users send. @default none are taken */
  readonly labels?: LabelStore;
}

export interface ModelServer {
  /** Starts to load the model, so that the first request need not wait as long. Never rejects. */
  load(): Promise<void>;
  /**
   * Answers one function URL event, or a direct invoke of the same shape. Bad requests are 4xx, a model that is not
   * there 503, a model that fails 500. Rejects only for a bug of the server, so that Lambda counts it as an error.
   */
  handle(event: unknown, context: InvocationContext): Promise<Answer>;
}

/** The protocol's extensions that are served, by their names in it and in Triton. */
const EXTENSIONS = ['binary_tensor_data', 'classification'];

/** The ARN of a call through the alias: `…:function:NAME:live`. */
const throughLive = new RegExp(`:function:[^:]+:${LIVE_ALIAS}$`);

/** What a request that waits for the model leaves of its time to say that it is not there yet. */
const TO_ANSWER_MS = 500;

/** Notes what a request is counted as; written when its answer is complete. */
type CountRequest = (outcome: RequestCounts['outcome'], answers: RequestCounts['answers']) => void;

type ModelRoute = Extract<Route, { readonly name: string }>;

/** Serves one model by the Open Inference Protocol (V2). */
export function createModelServer({
  env,
  source,
  metrics,
  log,
  now = Date.now,
  stopwatch = wallTime,
  trace = noTrace,
  capture = noCapture,
  afterAnswer = (work) => void work(),
  labels,
}: ModelServerParts): ModelServer {
  // A version that was published before there were keys has none: what it could not tell from a forgery it does not
  // take.
  const labelKey = env.feedbackDays > 0 && labels !== undefined ? env.requestKey : undefined;
  const allowance = labelAllowance();
  const isFirst = firstTimes();
  const classNames = classNamesOf(env, source);
  const loader = modelLoader(env, source, now, log, classNames);
  const loaded = ({ getRemainingTimeInMillis: remaining }: InvocationContext) =>
    trace('load', () => loader.model(remaining && remaining() - TO_ANSWER_MS));

  const answeredBy = {
    [ANSWERED_BY.model]: env.model?.sha256.slice(0, 12) ?? 'none',
    [ANSWERED_BY.endpoint]: env.endpoint,
  };
  /** The first request of an environment pays for its start, also when it asks for something else than a prediction. */
  let asked = false;

  async function serve(
    request: ServerRequest,
    context: InvocationContext,
    headers: AnswerHeaders,
    count: CountRequest,
  ): Promise<Answer> {
    const { route } = request;
    switch (route.to) {
      case 'server':
        return jsonAnswer(
          200,
          { name: 'greenlight', version: context.functionVersion, extensions: EXTENSIONS },
          headers,
        );
      case 'live':
        return jsonAnswer(200, { live: true }, headers);
      case 'ready':
        await loaded(context);
        return jsonAnswer(200, { ready: true, load: loader.loaded() }, headers);
      case 'self-test':
        return failOnPurpose(context, () => count('model-error', {}));
      case 'model':
        checkName(route, context);
        return jsonAnswer(200, metadataOf(await loaded(context), env.modelName, context.functionVersion), headers);
      case 'model-ready':
        checkName(route, context);
        await loaded(context);
        return jsonAnswer(200, { name: env.modelName, ready: true }, headers);
      case 'infer':
        checkName(route, context);
        return answerInference(request, context, headers, count);
      case 'feedback':
        checkName(route, context);
        return answerLabels(request, context, headers);
    }
  }

  async function answerInference(
    request: ServerRequest,
    context: InvocationContext,
    headers: AnswerHeaders,
    countAny: CountRequest,
  ): Promise<Answer> {
    // Tests of green call it by its version: they must not look like users, to the judge or to the next test.
    const isUsers = throughLive.test(context.invokedFunctionArn);
    const count: CountRequest = (...counted) => {
      if (isUsers && isFirst(context.awsRequestId)) countAny(...counted);
    };
    let given: RequestBody | undefined;
    let keep: (() => Promise<void>) | undefined;
    try {
      const model = await loaded(context);
      given = readBody(request);
      const parsed = readInferRequest(given, model);
      if (isUsers && env.drill !== undefined) throw failInDrill(env.drill);
      keep = isUsers ? capture(capturable(given, parsed), context.awsRequestId) : undefined;
      const compression = compressionOf(request.header('accept-encoding'));
      const requestIdOf = (outputs: readonly PredictionOutput[]) =>
        labelKey === undefined
          ? undefined
          : requestIdFor(outputs, env, model.classNames, labelKey, context, now(), isUsers);
      const { content, answers, requestId } = await trace('infer', () =>
        infer(model, env.modelName, context.functionVersion, parsed, env, compression !== undefined, requestIdOf),
      );
      const answer = contentAnswer(
        content,
        requestId === undefined ? headers : { ...headers, [REQUEST_ID_HEADER]: requestId },
        compression,
      );
      const bytes = carriedBytes(answer, MAX_ANSWER_BYTES);
      if (bytes > MAX_ANSWER_BYTES) {
        if (parsed.rows > 1) throw tooLarge(bytes, parsed.rows);
        throw new ModelError('AnswerTooLarge', tooLargeSentence(bytes));
      }
      count('answered', answers);
      allowance.answered();
      return answer;
    } catch (error) {
      if (error instanceof ModelError)
        count(error.code === 'NonFiniteOutput' ? 'non-finite-output' : 'model-error', {});
      if (error instanceof NotReady) count('model-error', {});
      // What the model shows to be its caller's mistake is not kept; what it fails is worth most to the next green.
      if (error instanceof RequestError) keep = undefined;
      throw error;
    } finally {
      if (keep !== undefined) afterAnswer(keep);
      if (given) giveBack(given);
    }
  }

  /** Needs no model: whichever version a label comes to can score it by the id alone. */
  async function answerLabels(
    request: ServerRequest,
    context: InvocationContext,
    headers: AnswerHeaders,
  ): Promise<Answer> {
    if (labelKey === undefined || labels === undefined)
      throw new RequestError(
        404,
        'FeedbackOff',
        'feedback',
        `Endpoint ${env.endpoint} takes no labels: feedback is off.`,
      );
    if (!env.model) throw noModelYet(env.endpoint);
    const parts = {
      env,
      key: labelKey,
      classNames: await classNames(),
      allowance,
      bucket: env.model.bucket,
      store: labels,
      count: (counts: LabelCounts) => metrics.recordLabel(counts),
    };
    const body = readBody(request).json;
    return answerFeedback(parts, log, body, { at: now(), by: context.awsRequestId }, headers);
  }

  function checkName({ name, version }: ModelRoute, context: InvocationContext): void {
    if (name !== env.modelName) {
      throw new RequestError(
        404,
        'NotFound',
        'model',
        `model is ${shown(name)}, the one served here is ${shown(env.modelName)}.`,
      );
    }
    if (version !== undefined && version !== context.functionVersion) {
      throw new RequestError(
        404,
        'NotFound',
        'version',
        `version is ${shown(version)}, the one that answers is ${shown(context.functionVersion)}.`,
      );
    }
  }

  function failed(error: unknown, context: InvocationContext, headers: AnswerHeaders): Answer {
    const requestId = context.awsRequestId;
    const isTest = byVersion.test(context.invokedFunctionArn);
    if (error instanceof RequestError) {
      const { code, field, status, message } = error;
      // The sentence may quote the request, which is not for the log.
      log.warn('Request refused', { code, status, field, requestId });
      return errorAnswer(status, { error: message, code, field, requestId }, headers);
    }
    if (error instanceof NotReady || error instanceof ModelError) {
      const status = error instanceof NotReady ? 503 : 500;
      log.warn('Request failed', { code: error.code, status, reason: error.message, requestId });
      const sentence = isTest ? error.message : told(error);
      return errorAnswer(status, { error: sentence, code: error.code, requestId }, headers);
    }
    log.error('Request hit a bug', { error, requestId });
    throw isTest ? error : new ModelServerBug(requestId);
  }

  return {
    load: () => loader.start(),
    handle: async (event, context) => {
      const at = now();
      const elapsedMs = stopwatch();
      const warm = asked && loader.loaded() !== undefined;
      asked = true;
      let counted: Pick<RequestCounts, 'outcome' | 'answers'> | undefined;
      const headers = { ...answeredBy, [ANSWERED_BY.version]: context.functionVersion };
      try {
        const answer = await serve(readEvent(event), context, headers, (outcome, answers) => {
          counted = { outcome, answers };
        });
        // Who compares two versions by their numbers wants the server's own time, without the way there.
        return byVersion.test(context.invokedFunctionArn) ? withTiming(answer, warm ? elapsedMs() : undefined) : answer;
      } catch (error) {
        return failed(error, context, headers);
      } finally {
        const about = { endpoint: env.endpoint, version: context.functionVersion, at };
        if (counted) metrics.record({ ...about, ...counted, ...(warm && { warmMs: elapsedMs() }) });
        else if (throughLive.test(context.invokedFunctionArn)) metrics.recordOther(about);
      }
    },
  };
}

function wallTime(): () => number {
  const begun = performance.now();
  return () => performance.now() - begun;
}
