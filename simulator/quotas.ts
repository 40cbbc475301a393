import type { VirtualClock } from './virtual-clock';
import { AwsError, type ServiceName } from './service';

interface Quota {
  /** Calls a second, in the long run and at once. */
  readonly rate: number;
  readonly burst: number;
  readonly error: string;
}

/**
 * What an account may ask of AWS in a second, where our calls could come near it. Lambda's control plane is one quota
 * for all of its calls but Invoke, GetFunction and GetPolicy; a table's partition has one for each of its keys. Those
 * of Step Functions, SNS and EventBridge are of the smaller regions. A standard queue has none.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html ,
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html ,
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */
const QUOTAS = {
  lambda: { rate: 15, burst: 15, error: 'TooManyRequestsException' },
  GetFunction: { rate: 100, burst: 100, error: 'TooManyRequestsException' },
  GetMetricData: { rate: 50, burst: 50, error: 'ThrottlingException' },
  StartExecution: { rate: 150, burst: 800, error: 'ThrottlingException' },
  StopExecution: { rate: 25, burst: 500, error: 'ThrottlingException' },
  DescribeExecution: { rate: 10, burst: 250, error: 'ThrottlingException' },
  ListExecutions: { rate: 5, burst: 100, error: 'ThrottlingException' },
  StateTransition: { rate: 800, burst: 800, error: 'ThrottlingException' },
  Publish: { rate: 300, burst: 300, error: 'ThrottledException' },
  PutEvents: { rate: 400, burst: 400, error: 'ThrottlingException' },
  partitionReads: { rate: 3_000, burst: 3_000, error: 'ProvisionedThroughputExceededException' },
  partitionWrites: { rate: 1_000, burst: 1_000, error: 'ProvisionedThroughputExceededException' },
} as const satisfies Readonly<Record<string, Quota>>;
export type QuotaName = keyof typeof QUOTAS;

/**
 * The SDK's standard retries: after a throttle up to 0.5 s, 1 s, 2 s and so on. Our clients make four attempts where
 * nothing is said.
 */
const ATTEMPTS = 4;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;

type CallInput = Readonly<Record<string, unknown>>;

function quotaOf(service: ServiceName, command: string): QuotaName | undefined {
  if (service === 'lambda') return command === 'GetFunction' ? command : isFree(command) ? undefined : 'lambda';
  if (service === 'dynamodb')
    return ['Get', 'Query', 'BatchGet'].includes(command) ? 'partitionReads' : 'partitionWrites';
  return Object.hasOwn(QUOTAS, command) ? (command as QuotaName) : undefined;
}
const isFree = (command: string): boolean => command === 'Invoke' || command === 'GetPolicy';

/** Of a table's item: the first value of its key, or of the condition of a query, which names the partition. */
function partitionOf({ Key, Item, ExpressionAttributeValues }: CallInput): string {
  const [first] = Object.values(Key ?? Item ?? ExpressionAttributeValues ?? {}) as unknown[];
  return String(first);
}

/** How much of a quota was used. */
export interface QuotaUse {
  /** Calls that were let through, and the most of one second. */
  readonly calls: number;
  readonly most: number;
  /** Attempts that were turned away, and calls that were after their last one. */
  readonly throttled: number;
  readonly refused: number;
}

/** Token buckets of one account, and how its SDK clients bear that one is empty. Off until `on` is set. */
export class Quotas {
  /** Settable at any time. @default false */
  on = false;
  /** Calls that were turned away for good, by quota. */
  readonly refused = new Map<QuotaName, number>();
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  private readonly uses = new Map<QuotaName, Use>();

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: () => number,
  ) {}

  /** Waits until the call is within its quota. @throws AwsError when it is not after the SDK's last attempt */
  async admit(service: ServiceName, command: string, input: CallInput, attempts = ATTEMPTS): Promise<void> {
    const name = this.on ? quotaOf(service, command) : undefined;
    if (name === undefined) return;
    const bucket = service === 'dynamodb' ? `${name} ${partitionOf(input)}` : name;
    for (let attempt = 1; !this.take(name, bucket); attempt += 1) {
      if (attempt === attempts) {
        this.refused.set(name, (this.refused.get(name) ?? 0) + 1);
        throw new AwsError(QUOTAS[name].error, 'Rate exceeded', 429);
      }
      await this.clock.sleep(this.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)));
    }
  }

  /** A state machine that makes transitions faster than it may is slowed down; nothing of it fails. */
  async transit(): Promise<void> {
    while (this.on && !this.take('StateTransition', 'StateTransition')) await this.clock.sleep(10);
  }

  /** What of each quota was used since it was asked the last time. */
  takeUses(): ReadonlyMap<QuotaName, QuotaUse> {
    const found = [...this.uses].map(([name, { calls, most, throttled, refusedBefore }]) => {
      const refused = (this.refused.get(name) ?? 0) - refusedBefore;
      return [name, { calls, most, throttled, refused }] as const;
    });
    this.uses.clear();
    return new Map(found);
  }

  private take(name: QuotaName, bucketName: string): boolean {
    const { rate, burst } = QUOTAS[name];
    const now = this.clock.now();
    const { tokens, at } = this.buckets.get(bucketName) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + ((now - at) / 1000) * rate);
    const taken = filled >= 1;
    this.buckets.set(bucketName, { tokens: taken ? filled - 1 : filled, at: now });
    this.count(name, taken, Math.floor(now / 1000));
    return taken;
  }

  private count(name: QuotaName, taken: boolean, second: number): void {
    const none = { calls: 0, most: 0, throttled: 0, second, inSecond: 0, refusedBefore: this.refused.get(name) ?? 0 };
    const use = this.uses.get(name) ?? none;
    this.uses.set(name, use);
    if (!taken) use.throttled += 1;
    else {
      use.calls += 1;
      use.inSecond = use.second === second ? use.inSecond + 1 : 1;
      use.second = second;
      use.most = Math.max(use.most, use.inSecond);
    }
  }
}

interface Use {
  calls: number;
  most: number;
  throttled: number;
  second: number;
  inSecond: number;
  readonly refusedBefore: number;
}
