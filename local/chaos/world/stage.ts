import { PutObjectCommand } from '@aws-sdk/client-s3';
import { lambdaContext } from '../../../lambdas/adapters/context';
import { dynamodbLocks } from '../../../lambdas/adapters/dynamodb-locks';
import { dynamodbRecords } from '../../../lambdas/adapters/dynamodb-records';
import { dynamodbSettings } from '../../../lambdas/adapters/dynamodb-settings';
import { dynamodbSettingsStore } from '../../../lambdas/adapters/dynamodb-settings-store';
import { dynamodbUploads } from '../../../lambdas/adapters/dynamodb-uploads';
import { endpointConfigSchema } from '../../../lambdas/contract/endpoint-settings';
import { ENV, HANDLER_METADATA, MODELS_PREFIX } from '../../../lambdas/contract/names';
import type { HandlerName } from '../../../lambdas/contract/names';
import { bytesOf, goldenSet, modelOf } from '../../../test/scenarios/fake-model';
import type { FakeModel } from '../../../test/scenarios/fake-model';
import { fakeServer } from '../../../test/scenarios/fake-server';
import { EmbeddedApp } from '../../app/embedded-app';
import { appHandlers } from '../../app/handlers';
import type { Template } from '../../engine/deploy/template';
import type { RuntimeVersion } from '../../engine/runtime/function-runtime';
import type { World } from '../../engine/world';
import type { Mutant } from '../mutants/mutant';
import { GOLDEN_KEY, VETO_ALARM } from '../plan/draw-settings';
import type { Plan, UploadPlan } from '../plan/plan';
import type { Story } from '../watch/story';
import { watchedHandlers } from './invocation';
import { templateFor } from './templates';

/** The deployed app of one run, with made-up models, and what a person may do with it. */
export class Stage {
  private constructor(
    readonly plan: Plan,
    readonly story: Story,
    readonly app: EmbeddedApp,
  ) {}

  static async open(plan: Plan, story: Story, mutant?: Mutant): Promise<Stage> {
    const made: { stage?: Stage } = {};
    const template = broken(templateFor(plan.endpoints.length), mutant);
    const handlers = watchedHandlers({ ...appHandlers, ...mutant?.handlers?.() }, (thrown) =>
      story.thrown.push({ at: made.stage?.world.clock.now() ?? 0, ...thrown }),
    );
    const runtime = fakeServer((version) => made.stage?.modelOf(version));
    const app = new EmbeddedApp({ endpoints: [], template, runtime, handlers, seed: plan.seed });
    const stage = (made.stage = new Stage(plan, story, app));
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

  /** Physical names of the functions that run a handler. */
  functionsOf(handler: HandlerName): readonly string[] {
    const { stack } = this.world;
    return stack.idsOf('AWS::Lambda::Function').filter((id) => this.handlerOf(id) === handler).map((id) => stack.ref(id)); // prettier-ignore
  }

  /** The model that a version serves. */
  modelOf({ environment }: Pick<RuntimeVersion, 'environment'>): FakeModel | undefined {
    const { GREENLIGHT_MODEL_BUCKET: bucket, GREENLIGHT_MODEL_KEY: key } = environment;
    if (bucket === undefined || key === undefined) return undefined;
    return modelOf(this.world.services.s3.readBytes(bucket, key, environment['GREENLIGHT_MODEL_VERSION_ID']));
  }

  /** Stores a model, which starts a rollout, and remembers it. */
  async upload({ endpoint, file, model, harm, metadata }: Omit<UploadPlan, 'atMs'>): Promise<void> {
    const key = `${MODELS_PREFIX}${endpoint}/${file}`;
    const command = new PutObjectCommand({
      ...{ Bucket: this.app.bucket, Key: key, Body: bytesOf(model), Metadata: { ...metadata } },
    });
    const { VersionId: versionId = '' } = await this.world.user.s3.send(command);
    this.story.uploads.push({ at: this.now, endpoint, key, versionId, ...(harm && { harm }) });
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

  private get context() {
    const [table] = this.world.stack.idsOf('AWS::DynamoDB::Table');
    const env = { [ENV.table]: this.world.stack.ref(table ?? '') };
    return lambdaContext(this.world.user, env, { clock: this.world.clock });
  }

  /** The settings of the run in place of the template's, the golden set, and an alarm that is quiet. */
  private async furnish(): Promise<void> {
    this.world.services.cloudwatch.setAlarm(VETO_ALARM, 'OK');
    await this.app.put(GOLDEN_KEY, JSON.stringify(goldenSet(6)));
    for (const { name, settings } of this.plan.endpoints) {
      const config = await this.settings.find(name);
      if (!config) throw new Error(`the template has no endpoint ${name}`);
      this.functionNames.set(name, config.functionName);
      const changed = endpointConfigSchema.parse({ ...config, settings: { ...config.settings, ...settings } });
      await dynamodbSettingsStore(this.context).put(changed);
    }
  }
}

const broken = (template: Template, mutant?: Mutant): Template =>
  mutant?.template ? (JSON.parse(mutant.template(JSON.stringify(template))) as Template) : template;

function watchDenials({ permissions }: World, story: Story): void {
  const usual = permissions.check.bind(permissions);
  permissions.check = (...call) => {
    try {
      usual(...call);
    } catch (error) {
      story.denied.push(error instanceof Error ? error.message : String(error));
      throw error;
    }
  };
}
