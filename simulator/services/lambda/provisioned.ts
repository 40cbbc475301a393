import type {
  DeleteProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigRequest,
  GetProvisionedConcurrencyConfigResponse,
  ListProvisionedConcurrencyConfigsRequest,
  ListProvisionedConcurrencyConfigsResponse,
  PutProvisionedConcurrencyConfigRequest,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../../service';
import { required } from '../command-table';
import { type AliasRecord, type FunctionRecord, LATEST, type ProvisionedRecord } from './function-record';
import type { FunctionStore } from './function-store';
import { conflict, invalidValue, notFound } from './lambda-errors';

/** Provisioned concurrency: on a version, or on an alias without weights. It is READY after one to two minutes. */
export class Provisioned {
  constructor(private readonly store: FunctionStore) {}

  put(input: PutProvisionedConcurrencyConfigRequest): GetProvisionedConcurrencyConfigResponse {
    const { fn, qualifier } = this.store.find(input.FunctionName, input.Qualifier);
    const requested = required(input.ProvisionedConcurrentExecutions, 'provisionedConcurrentExecutions');
    if (required(qualifier, 'qualifier') === LATEST) {
      throw invalidValue('Provisioned Concurrency Configs cannot be applied to unpublished function versions.');
    }
    if (!Number.isInteger(requested) || requested < 1)
      throw invalidValue('ProvisionedConcurrentExecutions must be 1 or more');
    this.checkFree(fn, qualifier!);
    this.store.concurrency.provision(fn, requested - (fn.provisioned.get(qualifier!)?.requested ?? 0));
    const record: ProvisionedRecord = {
      qualifier: qualifier!,
      requested,
      status: 'IN_PROGRESS',
      lastModifiedMs: this.store.now,
    };
    fn.provisioned.set(qualifier!, record);
    this.becomeReady(fn, record);
    return describe(record);
  }

  get(input: GetProvisionedConcurrencyConfigRequest): GetProvisionedConcurrencyConfigResponse {
    const { fn, qualifier } = this.store.find(input.FunctionName, input.Qualifier);
    return describe(this.existing(fn, required(qualifier, 'qualifier')));
  }

  delete(input: DeleteProvisionedConcurrencyConfigRequest): Record<string, never> {
    const { fn, qualifier } = this.store.find(input.FunctionName, input.Qualifier);
    fn.provisioned.delete(this.existing(fn, required(qualifier, 'qualifier')).qualifier);
    return {};
  }

  list(input: ListProvisionedConcurrencyConfigsRequest): ListProvisionedConcurrencyConfigsResponse {
    const { fn } = this.store.find(input.FunctionName);
    const all = [...fn.provisioned.values()];
    const from = Number(input.Marker ?? 0);
    const end = from + Math.min(input.MaxItems ?? 50, 50);
    return {
      ProvisionedConcurrencyConfigs: all
        .slice(from, end)
        .map((record) => ({ FunctionArn: `${fn.arn}:${record.qualifier}`, ...describe(record) })),
      ...(end < all.length && { NextMarker: String(end) }),
    };
  }

  /**
   * An alias that has provisioned concurrency and is moved: Lambda itself puts all weight on the old version until the
   * new one is ready, then takes the weights away (terraform-provider-aws 48116). Weights that the caller gave stay.
   */
  aliasMoved(fn: FunctionRecord, alias: AliasRecord, before: string): void {
    const old = fn.provisioned.get(alias.name);
    if (!old || Object.keys(alias.weights).length > 0 || before === LATEST || !fn.versions.has(before)) return;
    const injected = { [before]: 1 };
    alias.weights = injected;
    const record: ProvisionedRecord = { ...old, status: 'IN_PROGRESS', lastModifiedMs: this.store.now };
    fn.provisioned.set(alias.name, record);
    this.becomeReady(fn, record, () => {
      if (alias.weights !== injected) return;
      alias.weights = {};
      alias.revisionId = this.store.newRevision();
    });
  }

  private becomeReady(fn: FunctionRecord, record: ProvisionedRecord, whenReady?: () => void): void {
    const fails = this.store.faults.provisioningFails === true;
    this.store.later(fn, 60, 120, () => {
      record.status = fails ? 'FAILED' : 'READY';
      if (fails) record.statusReason = 'FUNCTION_ERROR_INIT_FAILURE';
      else whenReady?.();
    });
  }

  private existing(fn: FunctionRecord, qualifier: string): ProvisionedRecord {
    const record = fn.provisioned.get(qualifier);
    if (!record) {
      throw new AwsError(
        'ProvisionedConcurrencyConfigNotFoundException',
        'No Provisioned Concurrency Config found for this function',
        404,
      );
    }
    return record;
  }

  /** A version has one configuration: its own, or one of an alias that points to it. */
  private checkFree(fn: FunctionRecord, qualifier: string): void {
    const alias = fn.aliases.get(qualifier);
    if (!alias && !fn.versions.has(qualifier)) throw notFound(`Function not found: ${fn.arn}:${qualifier}`);
    if (alias && Object.keys(alias.weights).length > 0) {
      throw invalidValue('Alias with weights can not be used with Provisioned Concurrency');
    }
    if (alias?.functionVersion === LATEST) {
      throw invalidValue('Provisioned Concurrency Configs cannot be applied to unpublished function versions.');
    }
    const version = alias?.functionVersion ?? qualifier;
    const taken = [...fn.provisioned.keys()].some(
      (other) => other !== qualifier && (fn.aliases.get(other)?.functionVersion ?? other) === version,
    );
    if (taken)
      throw conflict(
        alias
          ? "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
          : 'Version is pointed by a Provisioned Concurrency alias',
      );
  }
}

function describe(record: ProvisionedRecord): GetProvisionedConcurrencyConfigResponse {
  const ready = record.status === 'READY' ? record.requested : 0;
  return {
    RequestedProvisionedConcurrentExecutions: record.requested,
    AvailableProvisionedConcurrentExecutions: ready,
    AllocatedProvisionedConcurrentExecutions: ready,
    Status: record.status,
    ...(record.statusReason !== undefined && { StatusReason: record.statusReason }),
    LastModified: new Date(record.lastModifiedMs).toISOString().replace('Z', '+0000'),
  };
}
