import type {
  AliasConfiguration,
  CreateAliasRequest,
  DeleteAliasRequest,
  GetAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from '@aws-sdk/client-lambda';
import { required } from '../command-table';
import type { AliasRecord, FunctionRecord } from './function-record';
import type { FunctionStore } from './function-store';
import { conflict, invalidValue, stale } from './lambda-errors';
import type { Provisioned } from './provisioned';
import { checkRouting } from './routing-rules';

/** The commands on aliases. */
export class Aliases {
  constructor(
    private readonly store: FunctionStore,
    private readonly provisioned: Provisioned,
  ) {}

  create(input: CreateAliasRequest): AliasConfiguration {
    const { fn } = this.store.find(input.FunctionName);
    const name = required(input.Name, 'name');
    if (!/^(?!\d+$)[\w-]+$/.test(name)) throw invalidValue(`The alias name ${name} is not valid.`);
    if (fn.aliases.has(name)) throw conflict(`Alias already exists: ${fn.arn}:${name}`);
    const functionVersion = required(input.FunctionVersion, 'functionVersion');
    const weights = input.RoutingConfig?.AdditionalVersionWeights ?? {};
    checkRouting((version) => this.store.version(fn, version), functionVersion, weights);
    const revisionId = this.store.newRevision(this.store.randomOf(name));
    const alias: AliasRecord = {
      name,
      functionVersion,
      description: input.Description ?? '',
      weights: { ...weights },
      revisionId,
    };
    fn.aliases.set(name, alias);
    return describeAlias(fn, alias);
  }

  get(input: GetAliasRequest): AliasConfiguration {
    const { fn } = this.store.find(input.FunctionName);
    return describeAlias(fn, this.store.alias(fn, required(input.Name, 'name')));
  }

  list(input: ListAliasesRequest): ListAliasesResponse {
    const { fn } = this.store.find(input.FunctionName);
    const wanted = input.FunctionVersion;
    const all = [...fn.aliases.values()]
      .filter((alias) => wanted === undefined || alias.functionVersion === wanted || wanted in alias.weights)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const from = input.Marker === undefined ? 0 : all.findIndex((alias) => alias.name >= input.Marker!);
    const page = from < 0 ? [] : all.slice(from, from + Math.min(input.MaxItems ?? 50, 50));
    const next = from < 0 ? undefined : all[from + page.length];
    return { Aliases: page.map((alias) => describeAlias(fn, alias)), ...(next && { NextMarker: next.name }) };
  }

  /** What is left out stays: weights go only with an explicit empty map. The whole result is checked, then written. */
  update(input: UpdateAliasRequest): AliasConfiguration {
    const { fn } = this.store.find(input.FunctionName);
    const alias = this.store.alias(fn, required(input.Name, 'name'));
    if (input.RevisionId !== undefined && input.RevisionId !== alias.revisionId) throw stale('GetAlias');
    const functionVersion = input.FunctionVersion ?? alias.functionVersion;
    const weights = input.RoutingConfig?.AdditionalVersionWeights ?? alias.weights;
    checkRouting((version) => this.store.version(fn, version), functionVersion, weights);

    const before = alias.functionVersion;
    alias.functionVersion = functionVersion;
    alias.weights = { ...weights };
    alias.description = input.Description ?? alias.description;
    alias.revisionId = this.store.newRevision(this.store.randomOf(alias.name));
    if (before !== functionVersion) this.provisioned.aliasMoved(fn, alias, before);
    return describeAlias(fn, alias);
  }

  delete(input: DeleteAliasRequest): Record<string, never> {
    const { fn } = this.store.find(input.FunctionName);
    fn.aliases.delete(required(input.Name, 'name'));
    fn.provisioned.delete(required(input.Name, 'name'));
    return {};
  }
}

function describeAlias(fn: FunctionRecord, alias: AliasRecord): AliasConfiguration {
  const weighted = Object.keys(alias.weights).length > 0;
  return {
    AliasArn: `${fn.arn}:${alias.name}`,
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    ...(weighted && { RoutingConfig: { AdditionalVersionWeights: { ...alias.weights } } }),
    RevisionId: alias.revisionId,
  };
}
