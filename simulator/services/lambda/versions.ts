import type {
  DeleteFunctionRequest,
  FunctionConfiguration,
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse,
  PublishVersionRequest,
} from '@aws-sdk/client-lambda';
import { isDeepStrictEqual } from 'node:util';
import { type Configuration, describeVersion } from './configuration';
import { type FunctionRecord, LATEST, type VersionRecord } from './function-record';
import type { FunctionStore } from './function-store';
import { conflict, invalidValue, notFound } from './lambda-errors';

/** Publishing, listing and deleting versions. */
export class EngineVersions {
  constructor(
    private readonly store: FunctionStore,
    private readonly configuration: Configuration,
  ) {}

  /** Publishes `$LATEST`; when nothing changed since the last publish, the answer is that version. */
  publish(input: PublishVersionRequest): FunctionConfiguration {
    const { fn } = this.store.find(input.FunctionName);
    const latest = this.configuration.changeable(fn, input.RevisionId);
    const { settings } = latest;
    if (input.CodeSha256 !== undefined && input.CodeSha256 !== settings.codeSha256) {
      throw invalidValue(
        `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST ` +
          `(${settings.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    }
    const last = fn.lastPublished === undefined ? undefined : fn.versions.get(fn.lastPublished);
    if (last && unchanged(last, latest)) return describeVersion(fn, last, last.version);

    const version = String(fn.nextVersion++);
    const record: VersionRecord = {
      version,
      settings: { ...settings, description: input.Description ?? settings.description },
      publishedFrom: settings,
      revisionId: this.store.newRevision(),
      state: 'Pending',
      lastUpdateStatus: 'Successful',
      lastModifiedMs: this.store.now,
    };
    fn.versions.set(version, record);
    fn.lastPublished = version;
    // Publishing is a change of $LATEST, too; that the version becomes Active is none of the version.
    latest.revisionId = this.store.newRevision();
    const fails = this.store.faults.versionFails === true;
    this.store.later(fn, 2, 5, () => {
      record.state = fails ? 'Failed' : 'Active';
    });
    return describeVersion(fn, record, version);
  }

  /** `$LATEST` first, then ascending. */
  list(input: ListVersionsByFunctionRequest): ListVersionsByFunctionResponse {
    const { fn } = this.store.find(input.FunctionName);
    const all = [...fn.versions.values()];
    const found = input.Marker === undefined ? 0 : all.findIndex((record) => record.version === input.Marker);
    // A marker whose version was deleted meanwhile goes on with the next higher one.
    const from = found >= 0 ? found : all.findIndex((record) => Number(record.version) > Number(input.Marker));
    const start = from < 0 ? all.length : from;
    const end = start + Math.min(input.MaxItems ?? 50, 50);
    const next = all[end];
    return {
      Versions: all.slice(start, end).map((record) => describeVersion(fn, record, record.version)),
      ...(next && { NextMarker: next.version }),
    };
  }

  /** One version, or without a qualifier the function with all versions and aliases. */
  delete(input: DeleteFunctionRequest): Record<string, never> {
    const { fn, qualifier } = this.store.find(input.FunctionName, input.Qualifier);
    if (qualifier === undefined) {
      for (const version of fn.versions.keys()) fn.runtime.retire?.(fn.name, version);
      this.store.functions.delete(fn.name);
      return {};
    }
    if (qualifier === LATEST) throw invalidValue('$LATEST version cannot be deleted without deleting the function.');
    if (!fn.versions.has(qualifier)) throw notFound(`Function not found: ${fn.arn}:${qualifier}`);
    const users = aliasesOf(fn, qualifier);
    if (users.length > 0) {
      throw conflict(`Unable to delete version because the following aliases reference it: [${users.join(', ')}]`);
    }
    fn.versions.delete(qualifier);
    fn.provisioned.delete(qualifier);
    fn.runtime.retire?.(fn.name, qualifier);
    return {};
  }
}

/** The description given to a publish does not count as a change; the function's own does. */
const unchanged = (last: VersionRecord, latest: VersionRecord): boolean =>
  isDeepStrictEqual(last.publishedFrom, latest.settings);

const aliasesOf = (fn: FunctionRecord, version: string): readonly string[] =>
  [...fn.aliases.values()]
    .filter((alias) => alias.functionVersion === version || version in alias.weights)
    .map((alias) => alias.name);
