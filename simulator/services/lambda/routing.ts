import { AwsError } from '../../service';
import { type FunctionRecord, LATEST, type VersionRecord } from './function-record';
import type { FunctionStore } from './function-store';
import { conflict } from './lambda-errors';

/** Where invocations of one qualifier go. */
export interface AliasRoute {
  readonly fn: FunctionRecord;
  /** The dimension Resource: `fn`, `fn:live` or `fn:7`. */
  readonly resource: string;
  readonly invokedArn: string;
  /** True when an alias was named: only then there are metrics per executed version. */
  readonly throughAlias: boolean;
  readonly weighted: boolean;
  /** The version of one invocation, drawn by weight. */
  pick(): VersionRecord;
}

/** Resolves a name and qualifier; throws what Lambda answers when there is no such function, version or alias. */
export function routeTo(store: FunctionStore, functionName: string | undefined, qualifier?: string): AliasRoute {
  const { fn, name, qualifier: wanted } = store.find(functionName, qualifier);
  const resource = wanted === undefined ? name : `${name}:${wanted}`;
  const invokedArn = wanted === undefined ? fn.arn : `${fn.arn}:${wanted}`;
  const alias = wanted === undefined ? undefined : fn.aliases.get(wanted);
  if (!alias) {
    const record = store.version(fn, wanted ?? LATEST);
    return { fn, resource, invokedArn, throughAlias: false, weighted: false, pick: () => record };
  }
  const primary = store.version(fn, alias.functionVersion);
  const [additional] = Object.entries(alias.weights);
  const second = additional && store.version(fn, additional[0]);
  const weight = additional?.[1] ?? 0;
  const pick = () => (second && store.world.random() < weight ? second : primary);
  return { fn, resource, invokedArn, throughAlias: true, weighted: second !== undefined, pick };
}

/** Throws for a version that takes no invocations now. An inactive one starts to become active. */
export function checkInvocable(store: FunctionStore, fn: FunctionRecord, record: VersionRecord): void {
  if (record.state === 'Active') return;
  if (record.state === 'Inactive') {
    record.state = 'Pending';
    store.later(fn, 2, 5, () => (record.state = 'Active'));
    throw new AwsError(
      'ResourceNotReadyException',
      'The function is inactive and its VPC connection is no longer available. Wait for the VPC connection to ' +
        'reestablish and try again.',
      502,
    );
  }
  throw conflict(
    `The operation cannot be performed at this time. The function is currently in the following state: ${record.state}`,
  );
}

export const throttleRateOf = (fn: FunctionRecord, { version }: VersionRecord): number =>
  fn.throttleRates.get(version) ?? fn.throttleRate;

export const throttled = () => new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
