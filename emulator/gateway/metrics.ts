import type {
  GetMetricDataInput,
  GetMetricDataOutput,
  MetricDataQuery,
  MetricDataResult,
  PutMetricDataInput,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../simulator/service';
import type { CloudWatchService } from '../../simulator/services/cloudwatch-service';
import type { HttpAnswer, AwsRequest, RequestLine, GatewayRoute } from './exchange';
import type { LogMetrics } from './log-metrics';
import { dateOf, decodeInput, decodeOutput, encodeError, encodeOutput, metricOperation } from './metric-codec';
import type { Upstream } from './upstream';

export interface MetricOptions {
  readonly metrics: CloudWatchService;
  /** Answer every statistic of "CloudWatch statistics definitions", also of what PutMetricData brings. */
  readonly statistics: boolean;
  /** Invocations are counted per executed version. */
  readonly versions: boolean;
  /** Reads the metrics that logs carry; without it the emulator's own are read. */
  readonly logs?: LogMetrics;
}

const CALLER = { kind: 'user' } as const;
const PLAIN = /^(Sum|SampleCount|Average|Minimum|Maximum|p\d+(\.\d+)?)$/;

/**
 * GetMetricData on what the gateway knows, and PutMetricData, which it hears. A query for anything else is the
 * emulator's to answer; a call with metric math is passed on whole.
 */
export class Metrics implements GatewayRoute {
  constructor(
    private readonly upstream: Upstream,
    private readonly options: MetricOptions,
  ) {}

  wants(line: RequestLine): boolean {
    const operation = metricOperation(line);
    return operation === 'GetMetricData' || (operation === 'PutMetricData' && this.options.statistics);
  }

  async answer(request: AwsRequest): Promise<HttpAnswer> {
    const input = decodeInput(request);
    if (metricOperation(request) === 'PutMetricData') return this.put(request, input);
    const queries = (input.MetricDataQueries ?? []) as MetricDataQuery[];
    if (queries.some((query) => query.Expression !== undefined)) return this.upstream.send(request);
    await this.options.logs?.read();
    const ours = queries.filter((query) => this.knows(query));
    const theirs = queries.filter((query) => !ours.includes(query));
    if (ours.length === 0) return this.upstream.send(request);
    try {
      return await this.get(request, input, ours, theirs);
    } catch (error) {
      if (error instanceof AwsError) return encodeError(error);
      throw error;
    }
  }

  private async get(
    request: AwsRequest,
    input: Readonly<Record<string, unknown>>,
    ours: readonly MetricDataQuery[],
    theirs: readonly MetricDataQuery[],
  ): Promise<HttpAnswer> {
    const own = await this.own({ ...input, MetricDataQueries: [...ours] });
    if (theirs.length === 0) return encodeOutput(own);
    const body = Buffer.from(JSON.stringify({ ...input, MetricDataQueries: theirs }));
    const headers = { ...request.headers, 'content-encoding': undefined };
    const answered = await this.upstream.send({ ...request, headers, body });
    if (answered.status !== 200) return answered;
    const { MetricDataResults: found = [], Messages: messages } = decodeOutput(answered);
    const results = [...(own.MetricDataResults ?? []), ...found];
    return encodeOutput({ ...own, Messages: messages, MetricDataResults: inOrder(results, input) });
  }

  private async own(input: Readonly<Record<string, unknown>>): Promise<GetMetricDataOutput> {
    const call: Partial<GetMetricDataInput> = {
      ...input,
      StartTime: dateOf(input.StartTime),
      EndTime: dateOf(input.EndTime),
    };
    return (await this.options.metrics.call('GetMetricData', call, CALLER)) as GetMetricDataOutput;
  }

  private knows({ MetricStat: stat }: MetricDataQuery): boolean {
    const { Namespace: namespace = '', MetricName: name = '', Dimensions: list = [] } = stat?.Metric ?? {};
    const dimensions = Object.fromEntries(list.map(({ Name, Value }) => [Name ?? '', Value ?? '']));
    if (this.options.metrics.knows(namespace, name, dimensions)) return true;
    if (this.options.versions && namespace === 'AWS/Lambda' && 'Resource' in dimensions) return true;
    return this.options.statistics && !PLAIN.test(stat?.Stat ?? '');
  }

  private async put(request: AwsRequest, input: Readonly<Record<string, unknown>>): Promise<HttpAnswer> {
    const answered = await this.upstream.send(request);
    if (answered.status !== 200) return answered;
    const data = ((input.MetricData ?? []) as Record<string, unknown>[])
      // A set of statistics has no values to work others out from: it stays the emulator's alone.
      .filter((datum) => datum.StatisticValues === undefined)
      .map((datum) => ({ ...datum, Timestamp: dateOf(datum.Timestamp) }));
    const heard: PutMetricDataInput = {
      Namespace: String(input.Namespace),
      MetricData: data as PutMetricDataInput['MetricData'],
    };
    await this.options.metrics.call('PutMetricData', { ...heard }, CALLER);
    return answered;
  }
}

/** Results in the order of the queries. */
function inOrder(
  results: readonly MetricDataResult[],
  input: Readonly<Record<string, unknown>>,
): readonly MetricDataResult[] {
  const ids = ((input.MetricDataQueries ?? []) as MetricDataQuery[]).map((query) => query.Id);
  return [...results].sort((a, b) => ids.indexOf(a.Id) - ids.indexOf(b.Id));
}
