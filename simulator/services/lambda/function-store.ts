import { PREVIEW_ALIAS } from '../../../lambdas/contract/names';
import type { WorldContext } from '../../service';
import { randomUuid, seededRandom } from '../../random';
import { Concurrency } from './concurrency';
import { type FunctionReference, parseFunctionName } from './function-name';
import { type AliasRecord, type FunctionRecord, LATEST, type VersionRecord } from './function-record';
import { notFound } from './lambda-errors';

/** Things that AWS may refuse to do; tests set them. Each applies to every later operation until it is unset. */
export interface LambdaFaults {
  /** An update of the configuration ends as LastUpdateStatus Failed. */
  updateFails?: boolean;
  /** A published version ends as State Failed. */
  versionFails?: boolean;
  /** Provisioned concurrency ends as FAILED. */
  provisioningFails?: boolean;
}

/** The functions of one account and region, and the passing of time over them. */
export class FunctionStore {
  readonly functions = new Map<string, FunctionRecord>();
  readonly faults: LambdaFaults = {};
  private readonly aside = seededRandom(1);
  readonly concurrency = new Concurrency(this.functions, () => this.now);

  constructor(readonly world: WorldContext) {}

  get now(): number {
    return this.world.clock.now();
  }

  newRevision(random: () => number = this.world.random): string {
    return randomUuid(random);
  }

  /** Of an alias: what is drawn for the one that testers use moves no draw of the users' traffic. */
  randomOf(alias: string | undefined): () => number {
    return alias === PREVIEW_ALIAS ? this.aside : this.world.random;
  }

  /** Lets `settle` happen after a seeded time between the two bounds, when the function is next looked at. */
  later(fn: FunctionRecord, leastSeconds: number, mostSeconds: number, settle: () => void): void {
    const seconds = leastSeconds + this.world.random() * (mostSeconds - leastSeconds);
    fn.settling.push({ atMs: this.now + seconds * 1000, settle });
  }

  /** The function and qualifier that an input names, with everything settled that time has settled. */
  find(functionName: string | undefined, qualifier?: string): { fn: FunctionRecord } & FunctionReference {
    const reference = parseFunctionName(functionName, qualifier);
    const fn = this.functions.get(reference.name);
    if (!fn) throw notFound(`Function not found: ${this.arn(reference.name)}`);
    this.settle(fn);
    return { fn, ...reference };
  }

  /** A version by number or `$LATEST`. */
  version(fn: FunctionRecord, version: string): VersionRecord {
    const found = fn.versions.get(version);
    if (!found) throw notFound(`Function not found: ${fn.arn}:${version}`);
    return found;
  }

  alias(fn: FunctionRecord, name: string): AliasRecord {
    const found = fn.aliases.get(name);
    if (!found) throw notFound(`Cannot find alias arn: ${fn.arn}:${name}`);
    return found;
  }

  /** The version that a qualifier means when weights are left aside. */
  qualified(fn: FunctionRecord, qualifier: string = LATEST): VersionRecord {
    const alias = fn.aliases.get(qualifier);
    return this.version(fn, alias?.functionVersion ?? qualifier);
  }

  arn(name: string): string {
    return `arn:aws:lambda:${this.world.region}:${this.world.account}:function:${name}`;
  }

  private settle(fn: FunctionRecord): void {
    if (fn.settling.length === 0) return;
    const due = fn.settling.filter((each) => each.atMs <= this.now).sort((a, b) => a.atMs - b.atMs);
    if (due.length === 0) return;
    fn.settling = fn.settling.filter((each) => !due.includes(each));
    for (const each of due) each.settle();
  }
}
