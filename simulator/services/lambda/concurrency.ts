import type { FunctionRecord } from './function-record';
import { invalidValue } from './lambda-errors';

/** One call that runs, until its end is known. */
interface Running {
  readonly fn: FunctionRecord;
  untilMs: number;
}

/** What all functions together keep of an account's concurrency, or the whole of a smaller one. */
const UNRESERVED = 100;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const USUAL_LIMIT = 1_000;

/**
 * The executions that an account's functions share. Calls that run code are counted; of a batch, those of one moment
 * run at once. Made-up traffic (`simulateTraffic`) has no moments and is not counted.
 */
export class Concurrency {
  /**
   * Executions at once of all functions; a new account has 10. What is beyond it is throttled. AWS's text:
   * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
   * @default - no limit
   */
  limit = Infinity;
  private running: Running[] = [];

  /** 75 GB. */
  mostCodeBytes = 80_530_636_800;

  constructor(
    private readonly functions: ReadonlyMap<string, FunctionRecord>,
    private readonly now: () => number,
  ) {}

  private codeBytes(): number {
    const versions = [...this.functions.values()].flatMap((fn) => [...fn.versions.values()]);
    return versions.reduce((sum, { settings }) => sum + settings.codeSize, 0);
  }

  /** What GetAccountSettings says; an engine without a limit has what an account usually has. */
  accountSettings() {
    const limit = this.limit === Infinity ? USUAL_LIMIT : this.limit;
    return {
      AccountLimit: {
        ...{ ConcurrentExecutions: limit, UnreservedConcurrentExecutions: limit - this.reserved() },
        TotalCodeSize: this.mostCodeBytes,
      },
      AccountUsage: { TotalCodeSize: this.codeBytes(), FunctionCount: this.functions.size },
    };
  }

  /** How many calls of a function may begin now. */
  free(fn: FunctionRecord): number {
    this.running = this.running.filter(({ untilMs }) => untilMs > this.now());
    const own = fn.reservedConcurrency;
    const sharing = this.running.filter((one) =>
      own === undefined ? one.fn.reservedConcurrency === undefined : one.fn === fn,
    );
    return Math.max(0, (own ?? this.limit - this.reserved()) - sharing.length);
  }

  /** Calls that begin; the caller says when they end. */
  begin(fn: FunctionRecord, count: number): readonly Running[] {
    const begun = Array.from({ length: count }, () => ({ fn, untilMs: Infinity }));
    if (this.limit !== Infinity || fn.reservedConcurrency !== undefined) this.running.push(...begun);
    return begun;
  }

  /**
   * Reserved concurrency of a function, or none any more. @throws InvalidParameterValueException when too little is
   * left for the others
   */
  reserve(fn: FunctionRecord, executions: number | undefined): void {
    if (executions !== undefined)
      this.requireUnreserved(executions - (fn.reservedConcurrency ?? 0), 'ReservedConcurrentExecutions');
    fn.reservedConcurrency = executions;
  }

  /**
   * Provisioned concurrency that is `more` than a function has; within what is reserved for it, it takes nothing of the
   * others.
   */
  provision(fn: FunctionRecord, more: number): void {
    if (fn.reservedConcurrency === undefined) this.requireUnreserved(more, 'ConcurrentExecutions');
  }

  private requireUnreserved(more: number, what: string): void {
    const least = Math.min(UNRESERVED, this.limit);
    if (this.limit - this.reserved() - this.provisioned() - more >= least) return;
    throw invalidValue(
      `Specified ${what} for function decreases account's UnreservedConcurrentExecution below its minimum value ` +
        `of [${least}].`,
    );
  }

  private reserved(): number {
    return [...this.functions.values()].reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  }

  private provisioned(): number {
    const shared = [...this.functions.values()].filter((fn) => fn.reservedConcurrency === undefined);
    return shared.flatMap((fn) => [...fn.provisioned.values()]).reduce((sum, { requested }) => sum + requested, 0);
  }
}
