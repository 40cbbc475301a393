import type {
  FunctionConfiguration,
  GetFunctionConfigurationRequest,
  GetFunctionResponse,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import { createHash } from 'node:crypto';
import { type FunctionRecord, type FunctionSettings, LATEST, type VersionRecord } from './function-record';
import type { FunctionStore } from './function-store';
import { conflict, invalidValue, stale } from './lambda-errors';

const MAX_ENVIRONMENT_BYTES = 4096;

/** Reads and updates of a function's configuration and code. */
export class Configuration {
  constructor(private readonly store: FunctionStore) {}

  get(input: GetFunctionConfigurationRequest): FunctionConfiguration {
    const { fn, qualifier } = this.store.find(input.FunctionName, input.Qualifier);
    return describeVersion(fn, this.store.qualified(fn, qualifier), qualifier);
  }

  getFunction(input: GetFunctionConfigurationRequest): GetFunctionResponse {
    const { fn, qualifier } = this.store.find(input.FunctionName, input.Qualifier);
    const configuration = describeVersion(fn, this.store.qualified(fn, qualifier), qualifier);
    return { Configuration: configuration, Code: { RepositoryType: 'S3' }, Tags: {} };
  }

  /** Members that are left out stay as they are; Environment is replaced whole. */
  update(input: UpdateFunctionConfigurationRequest): FunctionConfiguration {
    const { fn } = this.store.find(input.FunctionName);
    const latest = this.changeable(fn, input.RevisionId);
    const old = latest.settings;
    const environment = input.Environment ? (input.Environment.Variables ?? {}) : old.environment;
    checkEnvironment(environment);
    const target = input.DeadLetterConfig?.TargetArn;
    this.change(fn, latest, {
      ...old,
      description: input.Description ?? old.description,
      environment: { ...environment },
      memoryMB: input.MemorySize ?? old.memoryMB,
      timeoutSeconds: input.Timeout ?? old.timeoutSeconds,
      role: input.Role ?? old.role,
      // An empty target takes the dead-letter queue away.
      deadLetterTargetArn: input.DeadLetterConfig ? target || undefined : old.deadLetterTargetArn,
      runtimeId: input.Runtime ?? old.runtimeId,
      handler: input.Handler ?? old.handler,
    });
    return describeVersion(fn, latest);
  }

  /** The code is known by its hash alone: of the zip file, or of the place in S3. */
  updateCode(input: UpdateFunctionCodeRequest): FunctionConfiguration {
    const { fn } = this.store.find(input.FunctionName);
    const latest = this.changeable(fn, input.RevisionId);
    const bytes = input.ZipFile ?? `${input.S3Bucket}/${input.S3Key}?versionId=${input.S3ObjectVersion}`;
    this.setCode(fn, latest, createHash('sha256').update(bytes).digest('base64'));
    return describeVersion(fn, latest);
  }

  setCode(fn: FunctionRecord, latest: VersionRecord, codeSha256: string): void {
    this.change(fn, latest, { ...latest.settings, codeSha256 });
  }

  /** `$LATEST`, when nothing else is changing it and the caller saw its last revision. */
  changeable(fn: FunctionRecord, revisionId: string | undefined): VersionRecord {
    const latest = this.store.version(fn, LATEST);
    if (latest.lastUpdateStatus === 'InProgress') {
      throw conflict(
        `The operation cannot be performed at this time. An update is in progress for resource: ${fn.arn}`,
      );
    }
    if (revisionId !== undefined && revisionId !== latest.revisionId) throw stale('GetFunction');
    return latest;
  }

  /** The update is in progress for 1 to 3 seconds, and the revision moves again when it is done. */
  private change(fn: FunctionRecord, latest: VersionRecord, settings: FunctionSettings): void {
    latest.settings = settings;
    latest.revisionId = this.store.newRevision();
    latest.lastModifiedMs = this.store.now;
    latest.lastUpdateStatus = 'InProgress';
    const fails = this.store.faults.updateFails === true;
    this.store.later(fn, 1, 3, () => {
      latest.lastUpdateStatus = fails ? 'Failed' : 'Successful';
      latest.revisionId = this.store.newRevision();
    });
  }
}

function checkEnvironment(environment: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (!/^[a-zA-Z]\w+$/.test(name) || typeof value !== 'string') {
      throw invalidValue(`The environment variable ${name} has an invalid name or value.`);
    }
  }
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes > MAX_ENVIRONMENT_BYTES) {
    throw invalidValue(
      'Lambda was unable to configure your environment variables because the environment variables you have ' +
        'provided exceeded the 4KB limit.',
    );
  }
}

/** A version as the SDK gives it. The ARN carries the qualifier that was asked for. */
export function describeVersion(fn: FunctionRecord, record: VersionRecord, qualifier?: string): FunctionConfiguration {
  const { settings } = record;
  return {
    FunctionName: fn.name,
    FunctionArn: qualifier === undefined ? fn.arn : `${fn.arn}:${qualifier}`,
    Version: record.version,
    Runtime: settings.runtimeId,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: settings.codeSize,
    CodeSha256: settings.codeSha256,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMB,
    Architectures: [settings.architecture],
    // As AWS does, no Environment member where there are no variables.
    ...(Object.keys(settings.environment).length > 0 && { Environment: { Variables: { ...settings.environment } } }),
    ...(settings.deadLetterTargetArn && { DeadLetterConfig: { TargetArn: settings.deadLetterTargetArn } }),
    LastModified: new Date(record.lastModifiedMs).toISOString().replace('Z', '+0000'),
    RevisionId: record.revisionId,
    PackageType: 'Zip',
    State: record.state,
    LastUpdateStatus: record.lastUpdateStatus,
  };
}
