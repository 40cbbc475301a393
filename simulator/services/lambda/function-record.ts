import type {
  Architecture,
  LastUpdateStatus,
  ProvisionedConcurrencyStatusEnum,
  Runtime,
  State,
} from '@aws-sdk/client-lambda';
import type { FunctionRuntime } from '../../runtime/function-runtime';

/** The configuration that a version locks when it is published. */
export interface FunctionSettings {
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMB: number;
  readonly timeoutSeconds: number;
  readonly role: string;
  readonly deadLetterTargetArn?: string;
  readonly runtimeId: Runtime;
  readonly handler: string;
  readonly architecture: Architecture;
  readonly codeSha256: string;
  readonly codeSize: number;
}

/** `$LATEST` or a published version. */
export interface VersionRecord {
  readonly version: string;
  settings: FunctionSettings;
  /** Of a published version: what `$LATEST` was then, its own description too. */
  readonly publishedFrom?: FunctionSettings;
  revisionId: string;
  state: State;
  lastUpdateStatus: LastUpdateStatus;
  lastModifiedMs: number;
}

export interface AliasRecord {
  readonly name: string;
  functionVersion: string;
  description: string;
  /** The additional version's weight, or empty. */
  weights: Readonly<Record<string, number>>;
  revisionId: string;
}

/** Provisioned concurrency of one qualifier, a version or an alias. */
export interface ProvisionedRecord {
  readonly qualifier: string;
  readonly requested: number;
  status: ProvisionedConcurrencyStatusEnum;
  statusReason?: string;
  readonly lastModifiedMs: number;
}

/** A change that becomes true by itself at a moment of world time. */
export interface Settling {
  readonly atMs: number;
  readonly settle: () => void;
}

export interface FunctionRecord {
  readonly name: string;
  readonly arn: string;
  readonly logicalId: string;
  readonly runtime: FunctionRuntime;
  readonly versions: Map<string, VersionRecord>;
  readonly aliases: Map<string, AliasRecord>;
  readonly provisioned: Map<string, ProvisionedRecord>;
  nextVersion: number;
  /** The version published last, if it still exists it answers a publish without changes. */
  lastPublished?: string;
  settling: Settling[];
  /** Share of invocations that are throttled, 0..1: of all versions that have no rate of their own. Tests set it. */
  throttleRate: number;
  /** By version, also one that is still to be published. */
  readonly throttleRates: Map<string, number>;
  /** Executions at once that are the function's own. @default - it shares those of the account */
  reservedConcurrency?: number | undefined;
  /** Addresses of function URLs, by alias; the function's own under the empty name. */
  readonly urls: Map<string, string>;
  readonly policy: unknown[];
}

export const LATEST = '$LATEST';
