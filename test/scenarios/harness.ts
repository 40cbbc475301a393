import type { HandlerName } from '../../lib/handlers';
import {
  GetAliasCommand,
  GetFunctionCommand,
  UpdateAliasCommand,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import { dynamodbLiveModels } from '../../lambdas/adapters/dynamodb/live-models';
import { dynamodbLocks } from '../../lambdas/adapters/dynamodb/locks';
import { dynamodbRecords } from '../../lambdas/adapters/dynamodb/records';
import { dynamodbSettings, dynamodbSettingsStore } from '../../lambdas/adapters/dynamodb/settings';
import { dynamodbUploads } from '../../lambdas/adapters/dynamodb/uploads';
import { type EndpointSettingsInput, endpointConfigSchema } from '../../lambdas/contract/endpoint-settings';
import { ENV, LIVE_ALIAS, MODEL_SERVER } from '../../lambdas/contract/names';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { EmbeddedApp } from '../../simulator/app/embedded-app';
import { functionOf, type Template } from '../../simulator/template';
import type { RuntimeVersion } from '../../simulator/runtime/function-runtime';
import type { CloudWatchOptions } from '../../simulator/services/cloudwatch-service';
import type { PublishedMessage } from '../../simulator/services/sns-service';
import type { Execution } from '../../simulator/states/execution';
import type { World } from '../../simulator/world';
import { type FakeModel, bytesOf, storedModel } from '../../simulator/fake-model';
import { fakeCapture } from '../../simulator/fake-capture';
import { fakeServer, fakeTraffic } from '../../simulator/fake-server';
import { keptTemplate } from './kept-template';

export const MINUTE = 60_000;
export const ENDPOINT = 'digits';
const BATCH_MS = 10_000;
const templates = new Map<string, Template>();
export function templateOf(...endpoints: readonly EndpointSettingsInput[]): Template {
  const key = JSON.stringify(endpoints);
  const made = templates.get(key) ?? keptTemplate(endpoints);
  templates.set(key, made);
  return made;
}

export interface SceneOptions {
  /** Settings of the one endpoint, in force at once. What changes the roles must be in `template`. */
  readonly settings?: Partial<EndpointSettingsInput>;
  readonly template?: Template;
  /** Stacks beside that of the template, by name, deployed after it. @default none */
  readonly beside?: Readonly<Record<string, Template>>;
  readonly seed?: number;
  /** Seconds until a policy that was deployed is everywhere. @default 0 */
  readonly policiesSettleInSeconds?: number;
  readonly cloudwatch?: CloudWatchOptions;
}

/** A deployed app in virtual time, with made-up models, users, and everything that a scenario asks about afterwards. */
export class Scene {
  /** Requests per minute of the users, who begin with `serve`. */
  requestsPerMinute = 6_000;
  private readonly turned = new Map<string, Partial<FakeModel>>();
  private usersCome = false;
  private constructor(
    readonly app: EmbeddedApp,
    private readonly template: Template,
    private readonly beside: Readonly<Record<string, Template>>,
  ) {}

  static async open(options: SceneOptions = {}) {
    const { settings = {}, template = templateOf({ name: ENDPOINT }), seed = 1, beside = {} } = options;
    const made: { scene?: Scene } = {};
    const runtime = fakeServer((version) => made.scene?.modelOf(version));
    const app = new EmbeddedApp({ endpoints: [], template, runtime, seed, cloudwatch: options.cloudwatch ?? {} });
    const scene = (made.scene = new Scene(app, template, beside));
    app.world.permissions.settlesInSeconds = options.policiesSettleInSeconds ?? 0;
    await app.deploy();
    for (const [name, one] of Object.entries(beside)) await scene.deployBeside(name, one);
    // Scenarios choose their strategies, and else have one of a fixed length; what an upload may choose has its own.
    await scene.change({ uploadsMayChoose: 'anything', strategy: 'Canary10Percent15Minutes', ...settings });
    return scene;
  }

  get world(): World {
    return this.app.world;
  }

  get now(): number {
    return this.world.clock.now();
  }

  /** Physical name of the endpoint's function. */
  get functionName(): string {
    const [[stack, template] = [undefined, this.template]] = Object.entries(this.beside);
    return this.stackOf(stack).ref(functionOf(template, MODEL_SERVER));
  }

  private stackOf = (name?: string) => (name === undefined ? this.world.stack : this.world.stackBeside(name));

  deployBeside = (stack: string, template: Template) => this.world.run(this.stackOf(stack).deploy(template));

  /** The logical id of a handler's function, or of the model server's. */
  logicalId(handler: HandlerName | typeof MODEL_SERVER): string {
    return functionOf(this.template, handler);
  }

  /** Changes the endpoint's settings without a deploy. */
  async change(settings: Partial<EndpointSettingsInput>, endpoint = ENDPOINT): Promise<void> {
    const config = await this.world.run(dynamodbSettings(this.context).findSettings(endpoint));
    if (!config) throw new Error(`no endpoint ${endpoint}`);
    const changed = endpointConfigSchema.parse({ ...config, settings: { ...config.settings, ...settings } });
    const store = dynamodbSettingsStore(this.context);
    await this.world.run(store.readRequests(endpoint).then(({ requests }) => store.storeSettings(changed, requests)));
  }

  /** From now on the model of that name behaves differently. */
  turn(name: string, changes: Partial<FakeModel>): void {
    this.turned.set(name, changes);
  }

  /** The model that a version of the endpoint's function serves. */
  modelOf({ environment }: Pick<RuntimeVersion, 'environment'>): FakeModel | undefined {
    const { GREENLIGHT_MODEL_BUCKET: bucket, GREENLIGHT_MODEL_KEY: key } = environment;
    if (bucket === undefined || key === undefined) return undefined;
    const model = storedModel(() =>
      this.world.services.s3.readBytes(bucket, key, environment['GREENLIGHT_MODEL_VERSION_ID']),
    );
    return { ...model, ...this.turned.get(model.name) };
  }

  /** Uploads a model to its own key. Answers its version id. */
  upload(model: FakeModel, metadata: Readonly<Record<string, string>> = {}, file = `${model.name}.onnx`) {
    return this.world.run(this.app.upload(ENDPOINT, file, bytesOf(model), metadata));
  }

  /** Uploads a model and waits until the rollout that it starts has ended. */
  async rollout(model: FakeModel, metadata: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const versionId = await this.upload(model, metadata);
    return this.end(await this.started((execution) => execution.input.includes(versionId)));
  }

  /** Starts an execution as a person does. */
  async start(input: unknown, name?: string): Promise<Execution> {
    const arn = await this.world.run(this.app.start(input, name));
    return this.world.executions.find((execution) => execution.arn === arn)!;
  }

  /** Waits for an execution to be started. */
  async started(which: (execution: Execution) => boolean = () => true): Promise<Execution> {
    await this.world.runUntil(() => this.world.executions.some(which), { limitMs: 60 * MINUTE });
    return this.world.executions.find(which)!;
  }

  /** Waits until an execution has ended and what follows from that is done too. */
  async end(execution: Execution, limitMs = 24 * 60 * MINUTE): Promise<Ended> {
    await this.world.runUntil(() => execution.status !== 'RUNNING', { limitMs });
    await this.world.runFor(5_000);
    return { execution, record: await this.record(execution.name) };
  }

  /** Waits until the execution is in a state, for the nth time. */
  async reaches(execution: Execution, state: string, nth = 1): Promise<void> {
    const entered = () => this.world.timeline(execution.arn).filter((entry) => entry.state === state).length;
    await this.world.runUntil(() => entered() >= nth || execution.status !== 'RUNNING');
    if (entered() < nth) throw new Error(`${execution.name} ended as ${execution.error ?? execution.status} first`);
  }

  stop(execution: Execution, cause?: string): Promise<unknown> {
    const command = new StopExecutionCommand({
      executionArn: execution.arn,
      ...(cause !== undefined && { error: 'StoppedByPerson', cause }),
    });
    return this.world.run(this.world.user.sfn.send(command));
  }

  /** The first model goes live and users come: the state from which most scenarios start. */
  async serve(model: FakeModel = { name: 'v1' }, minutes = 15): Promise<Ended> {
    const first = await this.rollout(model);
    this.comeUsers();
    await this.world.runFor(minutes * MINUTE);
    return first;
  }

  /** Users send requests from now on, through the live alias. */
  comeUsers(): void {
    if (this.usersCome) return;
    this.usersCome = true;
    const { world, functionName } = this;
    const served = fakeTraffic((version) => this.modelOf(version), ENDPOINT);
    const model = fakeCapture(world, served);
    const loop = (): void => {
      if (!this.usersCome) return;
      world.clock.setTimeout(loop, BATCH_MS);
      const requests = Math.round((this.requestsPerMinute * BATCH_MS) / MINUTE);
      if (requests > 0) world.services.lambda.simulateTraffic({ functionName, qualifier: LIVE_ALIAS, requests }, model);
    };
    world.clock.scopes.detached(() => world.clock.setTimeout(loop, 0));
  }

  /** Users send no requests any more; long stretches of time then pass quickly. */
  leaveUsers = (): void => void (this.usersCome = false);

  /** Only what the scenario itself does happens: no reconciler, no teardown. */
  unschedule(...which: readonly ('Reconcile' | 'TeardownIdle')[]): void {
    for (const id of this.world.stack.idsOf('AWS::Scheduler::Schedule'))
      if (which.some((name) => id.includes(name))) this.world.schedules.remove(this.world.stack.ref(id));
  }

  /** What the alias says. */
  async alias(): Promise<{ readonly version: string; readonly weights: Readonly<Record<string, number>> }> {
    const { FunctionVersion = '', RoutingConfig } = await this.world.run(
      this.world.user.lambda.send(new GetAliasCommand({ FunctionName: this.functionName, Name: LIVE_ALIAS })),
    );
    return { version: FunctionVersion, weights: RoutingConfig?.AdditionalVersionWeights ?? {} };
  }

  /** Another writer changes the alias. */
  moveAlias(version: string, weights: Readonly<Record<string, number>> = {}): Promise<unknown> {
    const command = new UpdateAliasCommand({
      FunctionName: this.functionName,
      Name: LIVE_ALIAS,
      FunctionVersion: version,
      RoutingConfig: { AdditionalVersionWeights: { ...weights } },
    });
    return this.world.run(this.world.user.lambda.send(command));
  }

  /** True whenever no rollout runs: one active version alone in service, no lock. Answers the live model's name. */
  async atRest(): Promise<string> {
    const { version, weights } = await this.alias();
    expect(weights).toEqual({});
    const { Configuration } = await this.world.run(
      this.world.user.lambda.send(new GetFunctionCommand({ FunctionName: this.functionName, Qualifier: version })),
    );
    expect(Configuration?.State).toBe('Active');
    expect(await this.lock()).toBeUndefined();
    return this.answeredBy();
  }

  /** The name of the model that answers a request to the endpoint's URL. */
  async answeredBy(): Promise<string> {
    const request = { method: 'GET', path: '/v2/health/ready' };
    const answer = await this.world.run(this.world.services.lambda.invokeUrl(this.functionName, LIVE_ALIAS, request));
    return answer.headers['x-greenlight-model'] ?? `${answer.statusCode}`;
  }

  lock(endpoint = ENDPOINT) {
    return this.world.run(dynamodbLocks(this.context).readLock(endpoint));
  }

  waitingUpload() {
    return this.world.run(dynamodbUploads(this.context).readWaitingUpload(ENDPOINT));
  }

  record(id: string, endpoint = ENDPOINT): Promise<RolloutRecord | undefined> {
    return this.world.run(dynamodbRecords(this.context).readRecord(endpoint, id));
  }

  records(endpoint = ENDPOINT): Promise<readonly RolloutRecord[]> {
    return this.world.run(dynamodbRecords(this.context).listRecords(endpoint, 50));
  }

  livePeriods = () => this.world.run(dynamodbLiveModels(this.context).livePeriods(ENDPOINT));
  takenBack = () => this.world.run(dynamodbLiveModels(this.context).listTakenBack(ENDPOINT));

  /** Numbers of the published versions. */
  async versions(): Promise<readonly string[]> {
    const client = this.world.user.lambda;
    const pages = paginateListVersionsByFunction({ client }, { FunctionName: this.functionName });
    const found: string[] = [];
    const read = async () => {
      for await (const { Versions = [] } of pages) found.push(...Versions.map(({ Version = '' }) => Version));
    };
    await this.world.run(read());
    return found.filter((version) => version !== '$LATEST');
  }

  /** Events of this source are lost from now on, until the answer is called. */
  lose(source: 'aws.s3' | 'aws.states'): () => void {
    const { events } = this.world;
    const usual = events.delivery;
    events.delivery = (event, rule) => (event.source === source ? [] : usual(event, rule));
    return () => void (events.delivery = usual);
  }

  /** Notices that mention a text. */
  notices(about = ''): readonly PublishedMessage[] {
    return this.world.services.sns.messages.filter((one) => `${one.subject}\n${one.message}`.includes(about));
  }

  get environment(): Readonly<Record<string, string>> {
    return { [ENV.table]: this.world.stack.ref(this.world.stack.idsOf('AWS::DynamoDB::Table')[0]!) };
  }

  get context() {
    return lambdaContext(this.world.user, this.environment, { clock: this.world.clock });
  }
}

/** An execution that has ended, and what was recorded of it. */
export interface Ended {
  readonly execution: Execution;
  readonly record: RolloutRecord | undefined;
}
