import { codeOf } from '../../lambdas/domain/cells';
import { cloudwatchEvidence } from '../../lambdas/adapters/cloudwatch/evidence';
import { cloudwatchTraffic } from '../../lambdas/adapters/cloudwatch/traffic';
import { type EndpointConfig, endpointConfigSchema } from '../../lambdas/contract/endpoint-settings';
import { CloudWatchService } from '../../simulator/services/cloudwatch-service';
import { START_MS, testWorld } from '../simulator/services/test-world';
import { contextWith, type Intercept, standIn } from './stand-ins';

export { START_MS };
export const MINUTE = 60_000;

export const at = (minute: number): string => new Date(START_MS + minute * MINUTE).toISOString();

export const config = (settings: object = {}, builtIn = true): EndpointConfig =>
  endpointConfigSchema.parse({ settings: { name: 'digits', ...settings }, functionName: 'digits-fn', builtIn });

/** Evidence over the engine's CloudWatch, in which a test records what the versions did. */
export function cloudwatchWorld(intercept?: Intercept) {
  const world = testWorld();
  const service = new CloudWatchService(world);
  const { client, sent } = standIn(service, intercept);
  const lambda = (version: string | undefined) => ({
    FunctionName: 'digits-fn',
    Resource: 'digits-fn:live',
    ...(version !== undefined && { ExecutedVersion: version }),
  });
  const record = (namespace: string, metric: string, dimensions: Record<string, string>, minute: number) => {
    const atMs = START_MS + minute * MINUTE + 1000;
    return (value: number, count = 1) => service.record(namespace, metric, dimensions, atMs, value, count, 0);
  };
  return {
    service,
    sent,
    clock: world.clock,
    evidence: cloudwatchEvidence(contextWith({ cloudwatch: client })),
    traffic: cloudwatchTraffic(contextWith({ cloudwatch: client })),
    /**
     * Requests of one version behind the alias (or, without a version, of the alias as a whole): all of them warm in a
     * model server, unless the test records the warm ones itself.
     */
    requests(
      version: string | undefined,
      minute: number,
      durations: readonly number[],
      errors = 0,
      warm: readonly number[] = durations,
    ): void {
      const invocations = record('AWS/Lambda', 'Invocations', lambda(version), minute);
      const failed = record('AWS/Lambda', 'Errors', lambda(version), minute);
      const duration = record('AWS/Lambda', 'Duration', lambda(version), minute);
      for (const [index, ms] of durations.entries()) {
        invocations(1);
        failed(index < errors ? 1 : 0);
        duration(ms);
      }
      this.warm(version ?? '7', minute, warm);
    },
    /** Durations that the model server tells of requests to warm environments. */
    warm(version: string, minute: number, durations: readonly number[]): void {
      const duration = record('Greenlight', 'W', { E: 'digits', V: version }, minute);
      for (const ms of durations) duration(ms);
    },
    /** Requests that Lambda turned away, counted as it counts them: under the version and under the alias. */
    throttles(version: string, minute: number, count: number): void {
      record('AWS/Lambda', 'Throttles', lambda(version), minute)(1, count);
      record('AWS/Lambda', 'Throttles', lambda(undefined), minute)(1, count);
    },
    /** Any counter of the user's own. */
    counter: (namespace: string, metric: string, dimensions: Record<string, string>, minute: number, value: number) =>
      record(namespace, metric, dimensions, minute)(value),
    lambdaMetric: (version: string, metric: string, minute: number, value: number, count = 1) =>
      record('AWS/Lambda', metric, lambda(version), minute)(value, count),
    /** What the model server emits for one version: outcome counts and predicted classes. */
    model(
      version: string,
      minute: number,
      counts: { good: number; bad?: number; nonFinite?: number; classes?: readonly number[] },
    ): void {
      const { good, bad = 0, nonFinite = 0, classes = [] } = counts;
      const dimensions = { E: 'digits', V: version };
      const errors = record('Greenlight', 'F', dimensions, minute);
      errors(0, good + nonFinite);
      errors(1, bad);
      const broken = record('Greenlight', 'NonFiniteOutputs', dimensions, minute);
      broken(0, good + bad);
      broken(1, nonFinite);
      const predicted = record('Greenlight', 'A', dimensions, minute);
      for (const one of classes) predicted(codeOf(one));
    },
    /** What it emits for another measure. */
    cells(version: string, minute: number, metric: string, cells: readonly number[]): void {
      const counted = record('Greenlight', metric, { E: 'digits', V: version }, minute);
      for (const one of cells) counted(codeOf(one));
    },
  };
}

export const repeat = (count: number, ms: number): readonly number[] => Array<number>(count).fill(ms);
