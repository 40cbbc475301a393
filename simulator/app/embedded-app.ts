import type * as Synthesise from '../../lib/synthesise';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { join } from 'node:path';
import { s3CaptureSink } from '../../lambdas/adapters/s3/captured-requests';
import { s3LabelStore } from '../../lambdas/adapters/s3/label-store';
import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import { MODELS_PREFIX } from '../../lambdas/contract/names';
import type { FunctionRuntime } from '../runtime/function-runtime';
import { TimedTogether } from '../runtime/timed-together';
import { ProcessRuntime } from '../runtime/process-runtime';
import { type World, createWorld } from '../world';
import type { CloudWatchOptions } from '../services/cloudwatch-service';
import type { Template } from '../template';
import { appHandlers } from './handlers';

export interface EmbeddedAppOptions {
  readonly endpoints: readonly EndpointSettingsInput[];
  /** @default 1 */
  readonly seed?: number | string;
  /** What answers for the models. @default real models, each version in a process of its own */
  readonly runtime?: FunctionRuntime;
  /** What stands between the world and what answers for the models. @default nothing */
  readonly instead?: (files: FunctionRuntime) => FunctionRuntime;
  /** Of real models that are slow, an answer is computed once per request. @default each is computed */
  readonly oncePerRequest?: boolean;
  readonly template?: Template;
  /** @default CloudWatch keeps each value, and tells it after 60 to 90 s */
  readonly cloudwatch?: CloudWatchOptions;
  /** Handlers in place of the app's own, for example to see what one returns. @default none */
  readonly handlers?: Partial<typeof appHandlers>;
}

/** The app, deployed in an embedded world, and what a person does with it. */
export class EmbeddedApp {
  readonly world: World;
  readonly template: Template;

  constructor(options: EmbeddedAppOptions) {
    const template = (this.template = options.template ?? synthesised(options.endpoints));
    // The runtime reads models through the world that it is a part of.
    const files: FunctionRuntime = options.runtime ?? this.processes(options.oncePerRequest ?? false);
    const runtime = options.instead?.(files) ?? files;
    this.world = createWorld({
      template,
      handlers: { ...appHandlers, ...options.handlers },
      runtime,
      seed: options.seed ?? 1,
      stackName: 'Greenlight',
      ...(options.cloudwatch && { cloudwatch: options.cloudwatch }),
    });
  }

  /** Creates everything that the template says, the live alias included. */
  deploy(): Promise<unknown> {
    return this.world.deploy();
  }

  get bucket(): string {
    return this.idOf('AWS::S3::Bucket');
  }

  get stateMachineArn(): string {
    return this.idOf('AWS::StepFunctions::StateMachine');
  }

  /** Stores an object under the endpoint's models, which starts a rollout. Answers its version id. */
  async upload(
    endpoint: string,
    file: string,
    bytes: Uint8Array,
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    return this.put(`${MODELS_PREFIX}${endpoint}/${file}`, bytes, metadata);
  }

  async put(key: string, body: Uint8Array | string, metadata: Readonly<Record<string, string>> = {}): Promise<string> {
    const answer = await this.world.user.s3.send(
      new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, Metadata: { ...metadata } }),
    );
    return answer.VersionId ?? '';
  }

  async readText(key: string): Promise<string> {
    const answer = await this.world.user.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return (await answer.Body?.transformToString()) ?? '';
  }

  /** Starts an execution as the console does. Answers its ARN. */
  async start(input: unknown, name?: string): Promise<string> {
    const answer = await this.world.user.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: this.stateMachineArn,
        input: JSON.stringify(input),
        ...(name && { name }),
      }),
    );
    return answer.executionArn ?? '';
  }

  private processes(oncePerRequest: boolean): FunctionRuntime {
    const made: { runtime?: ProcessRuntime } = {};
    const runtime = (): ProcessRuntime =>
      (made.runtime ??= new ProcessRuntime({
        clock: this.world.clock,
        region: 'eu-west-1',
        ...(oncePerRequest && { entry: join(__dirname, '../runtime/remembering-process.ts') }),
        readObject: async ({ bucket, key, versionId }, logicalId) => {
          const answer = await this.world
            .clientsOf(logicalId)
            .s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
          return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
        },
        // It is given up by no time of ours: the world's stands still.
        capture: (object, logicalId) =>
          s3CaptureSink(this.world.clientsOf(logicalId).s3).write(object, new AbortController().signal),
        keepLabel: ({ bucket, key, label }, logicalId) => {
          const { s3 } = this.world.clientsOf(logicalId);
          // The world's time stands still meanwhile, so nothing is waited for.
          return s3LabelStore(
            () => s3,
            async () => undefined,
          ).keepFirst(bucket, key, label);
        },
      }));
    const processes: FunctionRuntime = {
      start: (version) => runtime().start(version),
      invoke: (version, events, context) => runtime().invoke(version, events, context),
      retire: (functionName, version) => runtime().retire(functionName, version),
      stop: async () => made.runtime?.stop(),
    };
    return oncePerRequest ? new TimedTogether(processes, () => this.world.clock) : processes;
  }

  private idOf(type: string): string {
    const [id] = this.world.stack.idsOf(type);
    if (id === undefined) throw new Error(`the template has no ${type}`);
    return this.world.stack.ref(id);
  }
}

const templates = new Map<string, Template>();

/** The CDK takes a second to load; a caller that brings a template has no need of it. Each template is made once. */
function synthesised(endpoints: readonly EndpointSettingsInput[]): Template {
  const key = JSON.stringify(endpoints);
  const known = templates.get(key);
  if (known) return known;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { synthTemplate } = require('../../lib/synthesise') as typeof Synthesise;
  const made = synthTemplate(endpoints) as unknown as Template;
  templates.set(key, made);
  return made;
}
