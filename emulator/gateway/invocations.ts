import type { CloudWatchService } from '../../simulator/services/cloudwatch-service';
import { dimensionSets, recordResults, recordThrottles } from '../../simulator/services/lambda/invocation-metrics';
import { type HttpAnswer, type AwsRequest, type RequestLine, type GatewayRoute, withHeader } from './exchange';
import { type FunctionTarget, FunctionUrls, invokedFunction, urlIdOf } from './function-target';
import type { Upstream } from './upstream';

/** Asks the emulator to run an alias on a version: `live=7`. Read by emulator/python/chosen_version.py. */
const RUN = 'x-greenlight-run';
/** Its answer: a JSON object of {@link Ran}. */
export const RAN = 'x-greenlight-ran';

const EXECUTED = 'x-amz-executed-version';

interface RanVersion {
  readonly version: string;
  readonly failed: boolean;
  readonly ms: number;
}

interface AliasConfiguration {
  readonly FunctionVersion: string;
  readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Readonly<Record<string, number>> };
}

export interface InvocationOptions {
  /** Draw the version of each invocation of an alias by the alias' weights. */
  readonly weights: boolean;
  /** Where invocations are counted; without it they are not. */
  readonly metrics?: CloudWatchService;
  /** Uniform in [0, 1). @default Math.random */
  readonly random?: () => number;
}

/**
 * Invocations of functions, by the API and through function URLs. An alias with weights sends each one to the version
 * that is drawn (Lambda developer guide, "Using Lambda aliases in routing configuration"), and each is counted per
 * minute of its start under the function, the resource that was named, and for an alias the version that answered
 * ("Viewing metrics for Lambda functions"). Asynchronous ones are passed on uncounted.
 */
export class ForwardedInvocations implements GatewayRoute {
  private readonly urls: FunctionUrls;

  constructor(
    private readonly upstream: Upstream,
    private readonly options: InvocationOptions,
  ) {
    this.urls = new FunctionUrls(upstream);
  }

  wants(line: RequestLine): boolean {
    const waits = (line.headers['x-amz-invocation-type'] ?? 'RequestResponse') === 'RequestResponse';
    return urlIdOf(line) !== undefined || (waits && invokedFunction(line) !== undefined);
  }

  async answer(request: AwsRequest): Promise<HttpAnswer> {
    const urlId = urlIdOf(request);
    const target = urlId === undefined ? invokedFunction(request) : await this.urls.find(urlId);
    if (!target) return this.upstream.send(request);
    const alias = await this.alias(target, request);
    const chosen = alias && this.options.weights ? this.draw(alias) : undefined;
    const headers = { ...request.headers, ...(chosen && { [RUN]: `${target.qualifier}=${chosen}` }) };
    const startMs = Date.now();
    const began = performance.now();
    const answered = await this.upstream.send({ ...request, headers });
    const took = performance.now() - began;
    const ran = readRan(answered);
    const executed = ran?.version ?? chosen ?? (answered.headers[EXECUTED] as string | undefined);
    const failed = ran?.failed ?? answered.headers['x-amz-function-error'] !== undefined;
    const isAlias = alias !== undefined;
    // Behind a function URL the status is the function's own, unless no version ran.
    const status = ran ? 200 : answered.status;
    const ms = ran?.ms ?? took;
    // It is over: counted with an end that is yet to come, a reader of this moment would not see it.
    const beganMs = Math.min(startMs, Math.floor(Date.now() - ms));
    this.count({ target, isAlias, executed, startMs: beganMs, status, failed, ms });
    const clean = withHeader(answered, RAN, undefined);
    return urlId === undefined && ran ? withHeader(clean, EXECUTED, ran.version) : clean;
  }

  /** Undefined when the qualifier is a version or missing, or no such alias exists. */
  private async alias(
    { name, qualifier }: FunctionTarget,
    request: AwsRequest,
  ): Promise<AliasConfiguration | undefined> {
    if (qualifier === undefined || /^(\$LATEST|\d+)$/.test(qualifier)) return undefined;
    return this.upstream.get<AliasConfiguration>(`/2015-03-31/functions/${name}/aliases/${qualifier}`, request);
  }

  private draw({ FunctionVersion: primary, RoutingConfig: routing }: AliasConfiguration): string {
    const [additional] = Object.entries(routing?.AdditionalVersionWeights ?? {});
    if (!additional) return primary;
    const [version, weight] = additional;
    return (this.options.random ?? Math.random)() < weight ? version : primary;
  }

  private count(invocation: ForwardedInvocation): void {
    const { metrics } = this.options;
    if (!metrics) return;
    const { target, isAlias, executed, startMs, status, failed, ms } = invocation;
    const resource = target.qualifier === undefined ? target.name : `${target.name}:${target.qualifier}`;
    const sets = dimensionSets({ fn: target, resource }, executed ?? '', isAlias && executed !== undefined);
    if (status === 429) return recordThrottles(metrics, sets, startMs, 1);
    // A refused call is no invocation.
    if (status !== 200) return;
    const result = failed
      ? { ok: false as const, errorType: '', errorMessage: '', logs: [], durationMs: ms }
      : { ok: true as const, payload: undefined, logs: [], durationMs: ms };
    recordResults(metrics, sets, [startMs], [result]);
  }
}

interface ForwardedInvocation {
  readonly target: FunctionTarget;
  readonly isAlias: boolean;
  readonly executed: string | undefined;
  readonly startMs: number;
  readonly status: number;
  readonly failed: boolean;
  readonly ms: number;
}

function readRan({ headers }: HttpAnswer): RanVersion | undefined {
  const said = headers[RAN];
  return typeof said === 'string' ? (JSON.parse(said) as RanVersion) : undefined;
}
