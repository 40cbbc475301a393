import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../lambdas/contract/metric-names';
import { SELF_TEST_PATH } from '../lambdas/contract/inference-protocol';
import type { RuntimeVersion } from './runtime/function-runtime';
import type { FakeModel } from './fake-model';

interface SelfTest {
  readonly statusCode: number;
  readonly body: unknown;
  /** What it writes to its log. */
  readonly logs: readonly string[];
}

/** What the server does when it is asked to fail on purpose; undefined for every other request. */
export function selfTest(path: string, version: RuntimeVersion, { selfTest: does }: FakeModel): SelfTest | undefined {
  if (path !== SELF_TEST_PATH) return undefined;
  if (does === 'answers') return { statusCode: 200, body: { ok: true }, logs: [] };
  if (does === 'is unknown')
    return { statusCode: 404, body: { error: 'There is nothing', code: 'NotFound' }, logs: [] };
  const people = JSON.stringify({ level: 'WARN', message: 'Request failed', code: 'ModelFailed', status: 500 });
  const body = { error: 'The model failed: on purpose', code: 'ModelFailed' };
  return { statusCode: 500, body, logs: does === 'fails uncounted' ? [people] : [metricOf(version), people] };
}

/** What the server writes of a request that is no inference: it was there, and counts as nothing. */
export const otherMetricOf = (version: RuntimeVersion): string => metricOf(version, METRICS.nonFiniteOutputs, 0);

function metricOf({ environment, version }: RuntimeVersion, name: string = METRICS.modelErrors, value = 1): string {
  const { endpoint, version: executed } = METRIC_DIMENSIONS;
  const metrics = [{ Name: name, Unit: 'Count' }];
  return JSON.stringify({
    _aws: {
      Timestamp: 0,
      CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [[endpoint, executed]], Metrics: metrics }],
    },
    [endpoint]: environment['GREENLIGHT_ENDPOINT'],
    [executed]: version,
    [name]: value,
  });
}
