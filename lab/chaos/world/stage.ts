import type { HandlerName } from '../../../lib/handlers';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { lambdaContext } from '../../../lambdas/adapters/sdk/context';
import { dynamodbLocks } from '../../../lambdas/adapters/dynamodb/locks';
import { dynamodbRecords } from '../../../lambdas/adapters/dynamodb/records';
import { dynamodbSettings, dynamodbSettingsStore } from '../../../lambdas/adapters/dynamodb/settings';
import { dynamodbUploads } from '../../../lambdas/adapters/dynamodb/uploads';
import { endpointConfigSchema } from '../../../lambdas/contract/endpoint-settings';
import { ENV, HANDLER_METADATA, LIVE_ALIAS, MODELS_PREFIX } from '../../../lambdas/contract/names';
import { bytesOf, goldenSet, modelOf } from '../../../simulator/fake-model';
import { fakeServer } from '../../../simulator/fake-server';
import { EmbeddedApp } from '../../../simulator/app/embedded-app';
import { appHandlers } from '../../../simulator/app/handlers';
import type { Template } from '../../../simulator/template';
import type { RuntimeVersion } from '../../../simulator/runtime/function-runtime';
import type { World } from '../../../simulator/world';
import type { Mutant } from './mutant';
import { GOLDEN_KEY, VETO_ALARM } from '../plan/draw-settings';
import type { ChaosPlan, UploadPlan } from '../plan/plan';
import { type Story, watchDenials } from './story';
import type { Moment } from '../plan/incidents';
import { type ChaosModel, sickServer } from '../plan/chaos-model';
import { watchedHandlers } from './invocation';
import { REAL_RULES, type ServerRules } from '../plan/server-rules';
import { Outages } from './outages';
import { storeRequests } from './requests';
import { templateFor } from './templates';

/** The deployed app of one run, with made-up models, and what a person may do with it. */
export class ChaosStage {
  private constructor(
    readonly plan: ChaosPlan,
    readonly story: Story,
    readonly app: EmbeddedApp,
    readonly server: ServerRules,
  ) {
    this.outages = new Outages(plan.seed);
  }

  static async open(plan: ChaosPlan, story: Story, mutant?: Mutant): Promise<ChaosStage> {
    const made: { stage?: ChaosStage } = {};
    const template = broken(templateFor(plan.endpoints.length), mutant);
    const handlers = watchedHandlers({ ...appHandlers, ...mutant?.handlers?.() }, (thrown) =>
      story.thrown.push({ at: made.stage?.world.clock.now() ?? 0, ...thrown }),
    );
    const modelOf = (version: RuntimeVersion) => made.stage?.modelOf(version);
    const fails = (version: RuntimeVersion) =>
      made.stage?.outages.hit(made.stage.endpointOf(version.functionName)) ?? false;
    const rules = { ...REAL_RULES, ...mutant?.server };
    const runtime = sickServer(fakeServer(modelOf), () => made.stage!.world.clock, modelOf, fails, rules.tells);
    const app = new EmbeddedApp({ endpoints: [], template, runtime, handlers, seed: plan.seed });
    const stage = (made.stage = new ChaosStage(plan, story, app, rules));
    watchDenials(stage.world, story);
    await app.deploy();
    await stage.world.run(stage.furnish());
    return stage;
  }

  get world(): World {
    return this.app.world;
  }

  get now(): number {
    return this.world.clock.now();
  }

  /** Physical name of an endpoint's function. */
  functionOf(endpoint: string): string {
    const found = this.functions.find(([, name]) => name === endpoint);
    if (!found) throw new Error(`no function of ${endpoint}`);
    return found[0];
  }

  /** The endpoint of a physical function name. */
  endpointOf(functionName: string): string {
    return this.functions.find(([name]) => name === functionName)?.[1] ?? functionName;
  }

  private get functions(): readonly (readonly [functionName: string, endpoint: string])[] {
    return this.plan.endpoints.map(({ name }) => [this.functionNames.get(name) ?? '', name] as const);
  }

  private readonly functionNames = new Map<string, string>();

  /** The handler that runs in a function, by logical id. */
  handlerOf(logicalId: string): HandlerName | undefined {
    const metadata = templateFor(this.plan.endpoints.length).Resources[logicalId]?.Metadata;
    return metadata?.[HANDLER_METADATA] as HandlerName | undefined;
  }

  /** Name of the role with which the state machine invokes the steps. */
  get workflowRole(): string {
    const { stack } = this.world;
    return stack.ref(stack.idsOf('AWS::IAM::Role').find((id) => /RolloutRole[0-9A-F]{8}$/.test(id)) ?? '');
  }

  /** Physical names of the functions that run a handler. */
  functionsOf(handler: HandlerName): readonly string[] {
    const { stack } = this.world;
    return stack
      .idsOf('AWS::Lambda::Function')
      .filter((id) => this.handlerOf(id) === handler)
      .map((id) => stack.ref(id));
  }

  /** What a version answers now: its model, while its environments are warm, and as sick as an incident made it. */
  modelOf({ functionName, version, environment }: RuntimeVersion): ChaosModel | undefined {
    const { GREENLIGHT_MODEL_BUCKET: bucket, GREENLIGHT_MODEL_KEY: key } = environment;
    if (bucket === undefined || key === undefined) return undefined;
    const name = `${functionName}:${version}`;
    const warm = this.warm.get(name);
    let model = warm && this.now < warm.until ? warm.model : undefined;
    try {
      model = modelOf(this.world.services.s3.readBytes(bucket, key, environment['GREENLIGHT_MODEL_VERSION_ID']));
      this.warm.set(name, { model, until: this.now + WARM_MS });
    } catch {
      if (model === undefined) return { name: 'gone', load: 'ModelDownloadFailed' };
    }
    return this.outages.slowedDown(this.endpointOf(functionName), { ...model, ...this.sickness.get(name) });
  }

  /** The same as its users meet it: during an outage of what all versions need, requests fail. */
  modelInTraffic(version: RuntimeVersion): ChaosModel | undefined {
    const model = this.modelOf(version);
    const endpoint = this.endpointOf(version.functionName);
    const errorRate = this.outages.errorRateOf(endpoint);
    const mute = model?.mute ? { modelErrorRate: 1 } : {};
    const labelled = this.plan.endpoints.find(({ name }) => name === endpoint)?.traffic.labelled ?? 0;
    return (
      model && {
        ...model,
        ...(labelled > 0 && { labelled, wrong: 1 - (model.accuracy ?? USUALLY_RIGHT), labelDelaySeconds: 20 }),
        ...mute,
        ...(errorRate > 0 && { errorRate: Math.max(errorRate, model.errorRate ?? 0) }),
      }
    );
  }

  /** From now on a version of an endpoint behaves like this, `{}` is well; with `only`, if it does so still. */
  sicken(endpoint: string, version: string, how: Partial<ChaosModel>, only?: Partial<ChaosModel>): void {
    const name = `${this.functionOf(endpoint)}:${version}`;
    if (only !== undefined && this.sickness.get(name) !== only) return;
    this.sickness.set(name, how);
    const [well, dead] = [Object.keys(how).length === 0, how.load !== undefined || how.errorRate === 1];
    this.story.sick.push({ at: this.now, where: `${endpoint}:${version}`, well, dead });
  }

  readonly outages: Outages;
  private readonly sickness = new Map<string, Partial<ChaosModel>>();
  private readonly warm = new Map<string, { readonly model: ChaosModel; readonly until: number }>();

  /** The model that a version serves by its environment. */
  async servedBy(endpoint: string, version: string): Promise<PinnedObject | undefined> {
    const input = { FunctionName: this.functionOf(endpoint), Qualifier: version };
    const answer = (await this.world.services.lambda
      .call('GetFunctionConfiguration', input, { kind: 'user' })
      .catch(() => undefined)) as
      { readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> } } | undefined;
    const {
      GREENLIGHT_MODEL_BUCKET: bucket,
      GREENLIGHT_MODEL_KEY: key,
      GREENLIGHT_MODEL_VERSION_ID: versionId,
    } = answer?.Environment?.Variables ?? {};
    return bucket === undefined || key === undefined || versionId === undefined
      ? undefined
      : { bucket, key, versionId };
  }

  /** Versions that exist, serve a model, and whose model's object is there. */
  async versionsThatServe(endpoint: string): Promise<readonly string[]> {
    const { lambda, s3 } = this.world.services;
    const said = (await lambda.call(
      'ListVersionsByFunction',
      { FunctionName: this.functionOf(endpoint) },
      { kind: 'user' },
    )) as { readonly Versions?: readonly { readonly Version: string }[] };
    const found: string[] = [];
    for (const { Version } of said.Versions ?? []) {
      const model = await this.servedBy(endpoint, Version);
      try {
        if (model && s3.readBytes(model.bucket, model.key, model.versionId).length > 0) found.push(Version);
      } catch {
        continue;
      }
    }
    return found;
  }

  async liveVersion(endpoint: string): Promise<string> {
    const input = { FunctionName: this.functionOf(endpoint), Name: LIVE_ALIAS };
    const said = (await this.world.services.lambda.call('GetAlias', input, { kind: 'user' })) as {
      readonly FunctionVersion: string;
    };
    return said.FunctionVersion;
  }

  /** A person asks for a default rollback, as the console and the command line start it. */
  async rollBack(endpoint: string): Promise<string> {
    const input = JSON.stringify({ endpoint, action: 'rollback', reason: 'complaints' });
    const { stateMachineArn } = this.app;
    const { executionArn = '' } = await this.world.user.sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
    const name = executionArn.split(':').at(-1) ?? '';
    this.note(`a person rolls ${endpoint} back (${name})`);
    return name;
  }

  /** Calls the listener when a rollout of a function gets users, is promoted, or ends badly. */
  onMoment(listener: (what: Happening, functionName: string) => void): void {
    this.listeners.push(listener);
  }

  happened(what: Happening, functionName: string): void {
    for (const listener of [...this.listeners]) listener(what, functionName);
  }

  private readonly listeners: ((what: Happening, functionName: string) => void)[] = [];

  get table(): string {
    return this.world.stack.ref(this.world.stack.idsOf('AWS::DynamoDB::Table')[0] ?? '');
  }

  /** Stores a model, which starts a rollout, and remembers it. */
  async upload({ endpoint, file, model, harm, metadata }: Omit<UploadPlan, 'atMs'>): Promise<void> {
    const key = `${MODELS_PREFIX}${endpoint}/${file}`;
    const [Bucket, Body] = [this.app.bucket, bytesOf(model)];
    const command = new PutObjectCommand({ Bucket, Key: key, Body, Metadata: { ...metadata } });
    const { VersionId: versionId = '' } = await this.world.user.s3.send(command);
    const [last] = this.story.uploads.slice(-1);
    if (last?.endpoint === endpoint && this.now - last.at < 1000)
      this.story.injected.push({ at: this.now, kind: 'uploads at once', where: key });
    const dryRun = metadata['dryrun'] === 'true';
    this.story.uploads.push({ at: this.now, endpoint, key, versionId, dryRun, ...(harm && { harm }) });
    this.note(`a person uploads ${key} (${harm ?? 'good'}: ${JSON.stringify(model)}, ${JSON.stringify(metadata)})`);
  }

  note(what: string): void {
    this.story.notes.push({ at: this.now, what });
  }

  /** Does something at a moment of the run, whatever else goes on. */
  at(ms: number, act: () => unknown): void {
    const { clock } = this.world;
    clock.scopes.detached(() => clock.setTimeout(() => void act(), Math.max(0, ms - this.now)));
  }

  get locks() {
    return dynamodbLocks(this.context);
  }
  get records() {
    return dynamodbRecords(this.context);
  }
  get uploads() {
    return dynamodbUploads(this.context);
  }
  get settings() {
    return dynamodbSettings(this.context);
  }

  get context() {
    const env = { [ENV.table]: this.table };
    return lambdaContext(this.world.user, env, { clock: this.world.clock });
  }

  /** The settings of the run in place of the template's, the golden set, and an alarm that is quiet. */
  private async furnish(): Promise<void> {
    this.world.services.cloudwatch.setAlarm(VETO_ALARM, 'OK');
    await this.app.put(GOLDEN_KEY, JSON.stringify(goldenSet(24)));
    for (const { name, settings, replay } of this.plan.endpoints) {
      await storeRequests(this.app, name, replay);
      const config = await this.settings.findSettings(name);
      if (!config) throw new Error(`the template has no endpoint ${name}`);
      this.functionNames.set(name, config.functionName);
      const changed = endpointConfigSchema.parse({ ...config, settings: { ...config.settings, ...settings } });
      const store = dynamodbSettingsStore(this.context);
      await store.storeSettings(changed, (await store.readRequests(name)).requests);
    }
  }
}

/** Of the answers that users label. */
const USUALLY_RIGHT = 0.95;

/** An environment that has loaded its model goes on without the object until Lambda recycles it. */
const WARM_MS = 10 * 60_000;

type Happening = Exclude<Moment['on'], 'time'>;

interface PinnedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

const broken = (template: Template, mutant?: Mutant): Template =>
  mutant?.template ? (JSON.parse(mutant.template(JSON.stringify(template))) as Template) : template;
