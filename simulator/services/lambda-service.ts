import type {
  AddPermissionRequest,
  AddPermissionResponse,
  FunctionConfiguration,
  GetFunctionConcurrencyRequest,
  GetFunctionUrlConfigRequest,
  GetFunctionUrlConfigResponse,
  State,
} from '@aws-sdk/client-lambda';
import { createHash } from 'node:crypto';
import type { FunctionRuntime } from '../runtime/function-runtime';
import { AwsError, type AwsService, type Caller, type WorldContext } from '../service';
import type { CloudWatchService } from './cloudwatch-service';
import { runCommand } from './command-table';
import { randomText } from './identifiers';
import { Aliases } from './lambda/aliases';
import type { Concurrency } from './lambda/concurrency';
import { Configuration, describeVersion } from './lambda/configuration';
import { DirectInvoke } from './lambda/direct-invoke';
import { type FunctionRecord, type FunctionSettings, LATEST, type VersionRecord } from './lambda/function-record';
import { FunctionStore, type LambdaFaults } from './lambda/function-store';
import { urlEventBuilder, type UrlRequest, urlResponse, type UrlResponse } from './lambda/function-url';
import { Invoker, type InvokerOptions } from './lambda/invoker';
import { conflict, notFound } from './lambda/lambda-errors';
import { Provisioned } from './lambda/provisioned';
import { routeTo } from './lambda/routing';
import { simulateTraffic, type TrafficModel, type TrafficResult } from './lambda/traffic';
import { EngineVersions } from './lambda/versions';

/**
 * Invocations, and what has a quota of its own: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const UNCOUNTED: readonly string[] = ['Invoke', 'GetFunction'];

/** A function as a deployment creates it. What is left out gets Lambda's own default. */
export interface FunctionSpec extends Partial<FunctionSettings> {
  readonly functionName: string;
  /** The function's id in the template. */
  readonly logicalId: string;
  readonly runtime: FunctionRuntime;
}

/** AWS Lambda: functions, versions, aliases, provisioned concurrency, invocations and function URLs. */
export class LambdaService implements AwsService {
  /**
   * Control-plane calls a second of the whole account, without GetFunction, which has a quota of its own: 15 on AWS,
   * not to be raised. What is beyond it is answered TooManyRequestsException.
   */
  controlPlanePerSecond = Infinity;
  private controlPlane = { at: 0, tokens: 0 };
  private readonly store: FunctionStore;
  private readonly configuration: Configuration;
  private readonly invoker: Invoker;
  private urlRequests = 0;
  private readonly eventBuilders = new Map<string, ReturnType<typeof urlEventBuilder>>();
  private readonly commands;

  constructor(
    private readonly world: WorldContext,
    private readonly cloudwatch: CloudWatchService,
    options: InvokerOptions = {},
  ) {
    this.store = new FunctionStore(world);
    const configuration = (this.configuration = new Configuration(this.store));
    const versions = new EngineVersions(this.store, configuration);
    const provisioned = new Provisioned(this.store);
    const aliases = new Aliases(this.store, provisioned);
    const invoker = (this.invoker = new Invoker(this.store, cloudwatch, options));
    const direct = new DirectInvoke(this.store, invoker);
    this.commands = {
      GetFunction: configuration.getFunction.bind(configuration),
      GetFunctionConfiguration: configuration.get.bind(configuration),
      UpdateFunctionConfiguration: configuration.update.bind(configuration),
      UpdateFunctionCode: configuration.updateCode.bind(configuration),
      PublishVersion: versions.publish.bind(versions),
      ListVersionsByFunction: versions.list.bind(versions),
      DeleteFunction: versions.delete.bind(versions),
      CreateAlias: aliases.create.bind(aliases),
      GetAlias: aliases.get.bind(aliases),
      ListAliases: aliases.list.bind(aliases),
      UpdateAlias: aliases.update.bind(aliases),
      DeleteAlias: aliases.delete.bind(aliases),
      PutProvisionedConcurrencyConfig: provisioned.put.bind(provisioned),
      GetProvisionedConcurrencyConfig: provisioned.get.bind(provisioned),
      DeleteProvisionedConcurrencyConfig: provisioned.delete.bind(provisioned),
      ListProvisionedConcurrencyConfigs: provisioned.list.bind(provisioned),
      GetAccountSettings: () => this.store.concurrency.accountSettings(),
      GetFunctionConcurrency: (input: GetFunctionConcurrencyRequest) => {
        const { reservedConcurrency } = this.store.find(input.FunctionName).fn;
        return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
      },
      Invoke: direct.invoke.bind(direct),
      AddPermission: (input: AddPermissionRequest) => this.addPermission(input),
      GetFunctionUrlConfig: (input: GetFunctionUrlConfigRequest) => this.getUrl(input),
    };
  }

  call(command: string, input: Readonly<Record<string, unknown>>, caller: Caller): Promise<unknown> {
    if (!UNCOUNTED.includes(command)) this.takeToken();
    return runCommand('Lambda', this.commands, command, input, caller);
  }

  /** A bucket that holds the calls of one second, and is filled as time passes. */
  private takeToken(): void {
    const perSecond = this.controlPlanePerSecond;
    if (perSecond === Infinity) return;
    const { at, tokens } = this.controlPlane;
    const now = this.store.now;
    const filled = Math.min(perSecond, tokens + ((now - at) / 1000) * perSecond);
    this.controlPlane = { at: now, tokens: filled < 1 ? filled : filled - 1 };
    if (filled < 1) throw new AwsError('TooManyRequestsException', 'Rate exceeded', 429);
  }

  /** What AWS may be made to refuse. */
  get faults(): LambdaFaults {
    return this.store.faults;
  }

  /** Executions at once: the account's limit, and what is reserved of it. */
  get concurrency(): Concurrency {
    return this.store.concurrency;
  }

  /** Executions at once that are a function's own, or no more. */
  reserve(functionName: string, executions: number | undefined): void {
    this.store.concurrency.reserve(this.store.find(functionName).fn, executions);
  }

  /** Creates a function whose `$LATEST` is Active at once. */
  createFunction(spec: FunctionSpec): FunctionConfiguration {
    const { functionName: name, logicalId, runtime, ...settings } = spec;
    if (this.store.functions.has(name)) throw conflict(`Function already exist: ${name}`);
    const latest: VersionRecord = {
      version: LATEST,
      settings: { ...defaultSettings(name), ...settings },
      revisionId: this.store.newRevision(),
      state: 'Active',
      lastUpdateStatus: 'Successful',
      lastModifiedMs: this.store.now,
    };
    const fn: FunctionRecord = {
      name,
      arn: this.store.arn(name),
      logicalId,
      runtime,
      versions: new Map([[LATEST, latest]]),
      aliases: new Map(),
      provisioned: new Map(),
      nextVersion: 1,
      settling: [],
      throttleRate: 0,
      throttleRates: new Map(),
      policy: [],
      urls: new Map(),
    };
    this.store.functions.set(name, fn);
    return describeVersion(fn, latest);
  }

  /** New code by its hash, as a deployment brings it; the update takes its 1 to 3 seconds. */
  setCode(functionName: string, codeSha256: string): void {
    const { fn } = this.store.find(functionName);
    this.configuration.setCode(fn, this.configuration.changeable(fn, undefined), codeSha256);
  }

  /** Gives the function a URL, on an alias or unqualified, and returns it. */
  createUrl(functionName: string, qualifier?: string): string {
    const { fn } = this.store.find(functionName);
    if (qualifier !== undefined) this.store.alias(fn, qualifier);
    const id = randomText(this.store.randomOf(qualifier), 32, 'abcdefghijklmnopqrstuvwxyz0123456789');
    const url = `https://${id}.lambda-url.${this.world.region}.on.aws/`;
    fn.urls.set(qualifier ?? '', url);
    return url;
  }

  /** Puts a version into a state, for example `Inactive`. */
  setState(functionName: string, version: string, state: State): void {
    this.store.version(this.store.find(functionName).fn, version).state = state;
  }

  /** A version is gone, although an alias may name it: a deletion that Lambda would refuse, but a loss may happen. */
  loseVersion(functionName: string, version: string): void {
    const { fn } = this.store.find(functionName);
    fn.versions.delete(version);
    fn.provisioned.delete(version);
    fn.runtime.retire?.(fn.name, version);
  }

  /** The share of invocations that Lambda throttles, 0..1: of one version, or of all that have no rate of their own. */
  setThrottleRate(functionName: string, rate: number, version?: string): void {
    const { fn } = this.store.find(functionName);
    if (version === undefined) fn.throttleRate = rate;
    else fn.throttleRates.set(version, rate);
  }

  /** One request through the function URL of an alias. */
  async invokeUrl(functionName: string, alias: string | undefined, request: UrlRequest): Promise<UrlResponse> {
    const [response] = await this.invokeUrlBatch(functionName, alias, [request]);
    return response!;
  }

  /** Many requests, each routed by weight on its own; the runtime is called once per version. */
  async invokeUrlBatch(
    functionName: string,
    alias: string | undefined,
    requests: readonly UrlRequest[],
  ): Promise<readonly UrlResponse[]> {
    const route = routeTo(this.store, functionName, alias);
    const build = this.eventBuilder(route.fn, alias);
    const now = this.world.clock.now();
    const arrivals = requests.map((request) => ({
      event: build(request, ++this.urlRequests),
      atMs: request.atMs ?? now,
    }));
    return (await this.invoker.invoke(route, arrivals)).map(urlResponse);
  }

  /** Many requests without any code run: a model says what they do. For long runs in virtual time. */
  simulateTraffic(
    target: { functionName: string; qualifier?: string; requests: number; atMs?: number },
    model: TrafficModel,
  ): TrafficResult {
    const atMs = target.atMs ?? this.world.clock.now();
    return simulateTraffic(this.store, this.cloudwatch, this.invoker, { ...target, atMs }, model);
  }

  /** Stops every runtime once. */
  async stop(): Promise<void> {
    const runtimes = new Set([...this.store.functions.values()].map((fn) => fn.runtime));
    await Promise.all([...runtimes].map((runtime) => runtime.stop()));
  }

  private eventBuilder(fn: FunctionRecord, alias = ''): ReturnType<typeof urlEventBuilder> {
    const url = fn.urls.get(alias);
    const apiId = url === undefined ? fn.name : new URL(url).hostname.split('.')[0]!;
    let builder = this.eventBuilders.get(apiId);
    if (!builder) this.eventBuilders.set(apiId, (builder = urlEventBuilder(this.world, apiId)));
    return builder;
  }

  /** Stored; the engine does not check resource policies. */
  private addPermission(input: AddPermissionRequest): AddPermissionResponse {
    const { fn } = this.store.find(input.FunctionName, input.Qualifier);
    fn.policy.push(input);
    return { Statement: JSON.stringify({ Sid: input.StatementId, Effect: 'Allow', Action: input.Action }) };
  }

  private getUrl(input: GetFunctionUrlConfigRequest): GetFunctionUrlConfigResponse {
    const { fn, qualifier } = this.store.find(input.FunctionName, input.Qualifier);
    const url = fn.urls.get(qualifier ?? '');
    if (url === undefined) throw notFound('The resource you requested does not exist.');
    const time = new Date(this.store.now).toISOString();
    const arn = qualifier === undefined ? fn.arn : `${fn.arn}:${qualifier}`;
    const times = { CreationTime: time, LastModifiedTime: time };
    return { FunctionUrl: url, FunctionArn: arn, AuthType: 'NONE', InvokeMode: 'BUFFERED', ...times };
  }
}

function defaultSettings(name: string): FunctionSettings {
  return {
    description: '',
    environment: {},
    memoryMB: 128,
    timeoutSeconds: 3,
    role: '',
    runtimeId: 'nodejs24.x',
    handler: 'index.handler',
    architecture: 'arm64',
    codeSha256: createHash('sha256').update(name).digest('base64'),
    codeSize: 1000,
  };
}
