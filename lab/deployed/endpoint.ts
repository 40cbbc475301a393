import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import type { AdapterContext } from '../../lambdas/adapters/sdk/context';
import { type LivePeriod, dynamodbLiveModels } from '../../lambdas/adapters/dynamodb/live-models';
import { type Lock, dynamodbLocks } from '../../lambdas/adapters/dynamodb/locks';
import { dynamodbRecords } from '../../lambdas/adapters/dynamodb/records';
import { type WaitingUpload, dynamodbUploads } from '../../lambdas/adapters/dynamodb/uploads';
import { type AliasState, lambdaLiveAlias } from '../../lambdas/adapters/lambda/aliases';
import { lambdaVersions } from '../../lambdas/adapters/lambda/versions';
import { sha256Hex } from '../../lambdas/adapters/crypto';
import type { EndpointConfig } from '../../lambdas/contract/endpoint-settings';
import { LIVE_ALIAS, MODELS_PREFIX } from '../../lambdas/contract/names';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { executionName } from '../../lambdas/domain/rollout';
import type { Clients } from './clients';
import type { DeployedExecution } from './execution';
import { functionUrl, type UrlAnswer, type UrlCall } from './function-url';
import { LoadOfUsers, type LoadOptions } from './users';
import { type Deadline, waitUntil } from './wait-until';

export interface DeployedUploadOptions {
  /** Name under `models/<endpoint>/`. @default the file's own */
  readonly as?: string;
  /** Options of the rollout, as `aws s3 cp --metadata` gives them. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A stored object version that starts a rollout, or is refused. */
export interface DeployedUpload {
  readonly key: string;
  readonly versionId: string;
  /** `s3://BUCKET/KEY?versionId=…`, as an execution's input names it. */
  readonly model: string;
  /** The execution that it starts; also the id of its record when it is refused. */
  readonly id: string;
}

/** The app that an endpoint is part of. */
interface App {
  readonly bucket: string;
  readonly context: AdapterContext;
  readonly clients: Clients;
  /** Stores an object. Answers its version id. */
  put(key: string, content: string | Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<string>;
  findExecution(name: string): Promise<DeployedExecution | undefined>;
  records(endpoint: string, limit?: number): Promise<readonly RolloutRecord[]>;
}

/** One endpoint of a deployed app, and what a person does with it. */
export class DeployedEndpoint {
  readonly functionName: string;
  private readonly context: AdapterContext;

  constructor(
    private readonly app: App,
    config: EndpointConfig,
    readonly url: string,
  ) {
    this.functionName = config.functionName;
    this.name = config.settings.name;
    this.context = app.context;
    this.call = functionUrl(url, app.clients.lambda);
  }

  readonly name: string;

  /** Calls the endpoint's URL as a user. Never rejects. */
  readonly call: (request: UrlCall) => Promise<UrlAnswer>;

  /** Uploads a model file (its path, or its bytes with `as`). */
  async upload(model: string | Uint8Array, { as, metadata }: DeployedUploadOptions = {}): Promise<DeployedUpload> {
    const file = as ?? (typeof model === 'string' ? basename(model) : 'model.onnx');
    const key = `${MODELS_PREFIX}${this.name}/${file}`;
    const bytes = typeof model === 'string' ? readFileSync(model) : model;
    const versionId = await this.app.put(key, bytes, metadata);
    const object = {
      endpoint: this.name,
      bucket: this.app.bucket,
      key,
      versionId,
    };
    return {
      key,
      versionId,
      model: `s3://${this.app.bucket}/${key}?versionId=${versionId}`,
      id: executionName(object, 1, sha256Hex),
    };
  }

  /** The execution that an upload starts, once it is there. @throws {DeadlineMissed} */
  async executionOf(
    { id }: Pick<DeployedUpload, 'id'>,
    deadline: Deadline = { withinMs: 30_000 },
  ): Promise<DeployedExecution> {
    return waitUntil(`execution ${id} started by an upload`, () => this.app.findExecution(id), deadline);
  }

  /** Uploads a model and waits until its execution runs. */
  async rollout(model: string | Uint8Array, options?: DeployedUploadOptions): Promise<DeployedExecution> {
    return this.executionOf(await this.upload(model, options));
  }

  /** What the live alias says: version, canary with its weight, revision. */
  alias(): Promise<AliasState> {
    return lambdaLiveAlias(this.context).readLiveAlias(this.functionName);
  }

  /** Gives a version a share of live traffic behind Greenlight's back, as a person might in the console. */
  async setWeight(version: string, percent: number): Promise<void> {
    const RoutingConfig = {
      AdditionalVersionWeights: { [version]: percent / 100 },
    };
    const command = {
      FunctionName: this.functionName,
      Name: LIVE_ALIAS,
      RoutingConfig,
    };
    await this.app.clients.lambda.send(new UpdateAliasCommand(command));
  }

  /** Numbers of the published versions. */
  versions(): Promise<readonly string[]> {
    return lambdaVersions(this.context).listVersions(this.functionName);
  }

  /** Lambda's State of a version, for example Active. */
  async stateOf(version: string): Promise<string | undefined> {
    return (await this.configurationOf(version)).State;
  }

  async memoryMBOf(version: string): Promise<number | undefined> {
    return (await this.configurationOf(version)).MemorySize;
  }

  /** Records of rollouts and of refused uploads, newest first. */
  records(limit = 20): Promise<readonly RolloutRecord[]> {
    return this.app.records(this.name, limit);
  }

  record(id: string): Promise<RolloutRecord | undefined> {
    return dynamodbRecords(this.context).readRecord(this.name, id);
  }

  /** The record of a rollout once it has ended. @throws {DeadlineMissed} */
  ended(id: string, deadline: Deadline): Promise<RolloutRecord> {
    const ask = async () => {
      const record = await this.record(id);
      return record?.status === 'ended' ? record : undefined;
    };
    return waitUntil(`the end in the record of ${id}`, ask, deadline);
  }

  /** The rollout that may change the endpoint's traffic now; undefined: none. */
  lock(): Promise<Lock | undefined> {
    return dynamodbLocks(this.context).readLock(this.name);
  }

  waitingUpload(): Promise<WaitingUpload | undefined> {
    return dynamodbUploads(this.context).readWaitingUpload(this.name);
  }

  /** When which version was live, newest first. */
  livePeriods(): Promise<readonly LivePeriod[]> {
    return dynamodbLiveModels(this.context).livePeriods(this.name);
  }

  /**
   * Waits for rest: one active version alone on the alias and no lock. Answers that version.
   *
   * @throws {DeadlineMissed} with what the alias and the lock said last.
   */
  async atRest(deadline: Deadline): Promise<string> {
    let said = '';
    const ask = async () => {
      const [alias, lock] = await Promise.all([this.alias(), this.lock()]);
      said = `alias ${JSON.stringify(alias)}, lock ${JSON.stringify(lock)}`;
      if (alias.canary !== undefined || lock !== undefined) return undefined;
      return (await this.stateOf(alias.version)) === 'Active' ? alias.version : undefined;
    };
    return waitUntil(`endpoint ${this.name} at rest`, ask, deadline, () => said);
  }

  /** Starts users who call the URL at a steady rate. */
  users({ traffic, perSecond }: Pick<LoadOptions, 'traffic' | 'perSecond'>): LoadOfUsers {
    return LoadOfUsers.start({
      endpoint: this.name,
      call: this.call,
      traffic,
      perSecond,
    });
  }

  private configurationOf(version: string): Promise<FunctionConfiguration> {
    const command = { FunctionName: this.functionName, Qualifier: version };
    return this.app.clients.lambda.send(new GetFunctionConfigurationCommand(command));
  }
}
