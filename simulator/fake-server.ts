import {
  FAILED_ANSWERS,
  METRIC_DIMENSIONS,
  METRIC_NAMESPACE,
  METRICS,
  OTHER_REQUESTS,
} from '../lambdas/contract/metric-names';
import { codeOf } from '../lambdas/domain/cells';
import { MEMORY_METRIC } from '../lambdas/domain/gates/names';
import type { FunctionRuntime, InvocationResult, RuntimeVersion } from './runtime/function-runtime';
import type { TrafficModel } from './services/lambda/traffic';
import { FALLBACKS, type FakeModel } from './fake-model';
import { otherMetricOf, selfTest } from './fake-self-test';

/** The model that a version serves now; undefined before there is one. */
export type ServedBy = (version: RuntimeVersion) => FakeModel | undefined;

const DEFAULT_CLASSES = [0.5, 0.3, 0.2];

/** Answers single calls as the model server does: health, metadata and infer. Stands for it, and for nothing else. */
export function fakeServer(servedBy: ServedBy): FunctionRuntime {
  const calls = new Map<string, number>();
  return {
    invoke: async (version, events) =>
      events.map((event) => {
        const call = calls.get(version.version) ?? 0;
        calls.set(version.version, call + 1);
        const model = servedBy(version);
        const loading = model?.loading === 'all' || (model?.loading ?? []).includes(call);
        return answer(event as UrlEvent, version, loading && model ? { ...model, load: 'ModelLoading' } : model);
      }),
    stop: async () => undefined,
  };
}

interface UrlEvent {
  readonly rawPath: string;
  readonly body?: string;
}

function answer(event: UrlEvent, version: RuntimeVersion, model: FakeModel | undefined): InvocationResult {
  const durationMs = model?.latencyMs ?? 20;
  if (model?.crashes !== undefined)
    return { ok: false, errorType: 'Error', errorMessage: model.crashes, logs: [], durationMs };
  const headers = {
    'content-type': 'application/json',
    'x-greenlight-version': version.version,
    'x-greenlight-model': model?.name ?? 'none',
    'server-timing': `total;dur=${durationMs}`,
  };
  const { statusCode, body, logs = [] } = respond(event, version, model);
  return { ok: true, payload: { statusCode, headers, body: JSON.stringify(body) }, logs, durationMs };
}

function respond(
  event: UrlEvent,
  version: RuntimeVersion,
  model: FakeModel | undefined,
): { readonly statusCode: number; readonly body: unknown; readonly logs?: readonly string[] } {
  if (model === undefined || model.load !== undefined) {
    const code = model?.load ?? 'NoModel';
    return { statusCode: 503, body: { error: `${code}: not loaded`, code } };
  }
  const failed = selfTest(event.rawPath, version, model);
  if (failed) return failed;
  if (event.rawPath.endsWith('/live')) return { statusCode: 200, body: { live: true }, logs: [otherMetricOf(version)] };
  if (event.rawPath.endsWith('/ready')) return { statusCode: 200, body: { ready: true, load: model.loaded } };
  const columns = model.columns ?? 2;
  if (!event.rawPath.endsWith('/infer')) {
    const inputs = [{ name: 'x', datatype: 'FP32', shape: [-1, columns] }];
    const outputs = [{ name: 'label', datatype: 'INT64', shape: [-1] }];
    const tellsMeasures = model.formerServer === undefined || model.formerServer === 'floats';
    return {
      statusCode: 200,
      body: {
        name: 'digits',
        versions: [version.version],
        platform: 'fake',
        inputs,
        outputs,
        parameters: { left_out: model.leftOut, ...(tellsMeasures && { measures: ['class'] }) },
      },
    };
  }
  if (model.failsAll)
    return { statusCode: 500, body: { error: 'the model cannot run: no such kernel', code: 'ModelFailed' } };
  const { inputs } = JSON.parse(event.body ?? '{}') as { inputs: { shape: number[]; data: number[] }[] };
  const [label = 0, position = 0] = inputs[0]?.data ?? [];
  if (inputs[0]?.shape[1] !== columns)
    return { statusCode: 400, body: { error: `x has another shape than [-1,${columns}]`, code: 'InvalidInput' } };
  if (position < (model.nonFinite ?? 0))
    return { statusCode: 500, body: { error: 'output label holds NaN', code: 'NonFiniteOutput' } };
  const predicted = position < (model.accuracy ?? 1) ? label : label + 1;
  const outputs = [{ name: 'label', datatype: 'INT64', shape: [1], data: [predicted] }];
  return { statusCode: 200, body: { model_name: 'digits', model_version: version.version, outputs } };
}

/**
 * What many live requests do to a version, with the counts that the model server would emit. Shares are dealt out by
 * systematic sampling: one random number decides all, each count is within one of what is expected, on average exact.
 */
export function fakeTraffic(servedBy: ServedBy, endpoint: string): TrafficModel {
  return (version, count, random) => {
    const served = servedBy(version);
    const isDrill = version.environment['GREENLIGHT_DRILL'] !== undefined;
    const model = served && isDrill && !served.answersInDrill ? { ...served, modelErrorRate: 1 } : served;
    const hits = (of: number, share = 0) => deal(of, [share, 1 - share], random())[0] ?? 0;
    const errors = hits(count, model?.errorRate);
    const refused = hits(count - errors, model?.refused);
    const answered = count - errors - refused;
    const modelErrors = model === undefined || model.load ? answered : hits(answered, model.modelErrorRate);
    const nonFinite = hits(answered - modelErrors, model?.nonFinite);
    const classes = deal(answered - modelErrors - nonFinite, model?.classes ?? DEFAULT_CLASSES, random());
    const latencyMs = model?.latencyMs ?? 20;
    const nearLimit = model?.nearMemoryLimit === undefined ? 0 : hits(answered, model.nearMemoryLimit);
    const cold = hits(answered, model?.coldStarts);
    const warm = count - cold;
    const spread = random();
    const spreadOf = (of: number, moreMs: number) =>
      deal(of, SPREAD_SHARES, spread).map((n, step) => [latencyMs * (SPREAD[step]?.[0] ?? 1) + moreMs, n] as const);
    const { capturesFirstMs } = model ?? {};
    const captured = Number(version.environment['GREENLIGHT_CAPTURE_RATE'] ?? 0);
    const durationsOf = (of: number) => {
      const waited = capturesFirstMs === undefined ? 0 : (deal(of, [captured, 1 - captured], spread)[0] ?? 0);
      return [...spreadOf(of - waited, 0), ...(waited > 0 ? spreadOf(waited, capturesFirstMs ?? 0) : [])];
    };
    const answers = classes.reduce((sum, n) => sum + n, 0);
    const labels = hits(answers, model?.labelled);
    const wrong = hits(labels, model?.wrong);
    const delay = model?.labelDelaySeconds ?? 60;
    const fallbacks = hits(count, model?.fallbacks);
    const ownDimensions = { ...FALLBACKS.dimensions, Version: version.version };
    const inWords = model?.formerServer === 'words';
    const dimensions: Readonly<Record<string, string>> = inWords
      ? { Endpoint: endpoint, Version: version.version }
      : { [METRIC_DIMENSIONS.endpoint]: endpoint, [METRIC_DIMENSIONS.version]: version.version };
    const values = (name: string, all: readonly (readonly [value: number, count: number])[]) => ({
      namespace: METRIC_NAMESPACE,
      metric: name,
      dimensions,
      values: all.filter(([, n]) => n > 0),
    });
    const metric = (name: string, counts: readonly number[]) =>
      values(
        name,
        counts.map((n, value) => [value, n] as const),
      );
    return {
      errors,
      durations: [...durationsOf(warm), ...durationsOf(cold).map(([ms, n]) => [ms + COLD_START_MS, n] as const)],
      metrics: [
        ...(model?.tellsNoWarmth
          ? []
          : [
              {
                namespace: METRIC_NAMESPACE,
                metric: METRICS.warmDuration,
                dimensions,
                values: durationsOf(warm - errors - refused),
              },
              metric(MEMORY_METRIC, [answered - nearLimit, nearLimit]),
            ]),
        metric(inWords ? 'ModelErrors' : METRICS.modelErrors, [answered - modelErrors, modelErrors]),
        // One zero where requests were refused: that nothing was asked of the model is said, too.
        metric(METRICS.nonFiniteOutputs, [answered - nonFinite + (refused > 0 ? 1 : 0), nonFinite]),
        model?.formerServer === 'indices'
          ? metric('C', classes)
          : values(
              METRICS.predictedClass,
              model?.formerServer === 'floats' ? [] : classes.map((n, index) => [codeOf(index), n] as const),
            ),
        {
          ...values(FAILED_ANSWERS, [[1, modelErrors + nonFinite]]),
          dimensions: { [METRIC_DIMENSIONS.endpoint]: endpoint },
        },
        ...(refused === 0
          ? []
          : [
              {
                ...values(OTHER_REQUESTS, [[1, refused]]),
                dimensions: { [METRIC_DIMENSIONS.endpoint]: endpoint },
              },
            ]),
        ...(labels === 0
          ? []
          : [
              metric(METRICS.rightAnswers, [wrong, labels - wrong]),
              values(METRICS.labelDelay, [[delay, labels]]),
              values(METRICS.wrongLabelDelay, [[delay, wrong]]),
            ]),
        ...(fallbacks === 0 ? [] : [{ ...FALLBACKS, dimensions: ownDimensions, values: [[fallbacks, 1] as const] }]),
      ],
    };
  };
}

const COLD_START_MS = 1_000;

/** Multiples of the median and how often: nine even steps around it, and the tail that every endpoint has. */
const SPREAD = [
  ...Array.from({ length: 9 }, (_, step) => [0.8 + 0.05 * step, 0.96 / 9] as const),
  ...([
    [1.4, 0.02],
    [1.6, 0.015],
    [2, 0.005],
  ] as const),
];
const SPREAD_SHARES = SPREAD.map(([, share]) => share);

function deal(count: number, shares: readonly number[], offset: number): readonly number[] {
  let [sum, dealt] = [0, 0];
  return shares.map((share, index) => {
    sum += share;
    const until = index === shares.length - 1 ? count : Math.min(count, Math.floor(sum * count + offset));
    const mine = until - dealt;
    dealt = until;
    return mine;
  });
}
