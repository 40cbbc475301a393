import type { VirtualClock } from './virtual-clock';
import { AwsError, type ServiceName } from './service';

interface Quota {
  /** Calls a second, in the long run and at once. */
  readonly rate: number;
  readonly burst: number;
  readonly error: string;
}

/**
 * What an account may ask of AWS in a second, where our calls could come near it. Lambda's control plane is one quota for all of its
 * calls but Invoke, GetFunction and GetPolicy. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html ,
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html (the smaller regions)
 */
const QUOTAS = {
  lambda: { rate: 15, burst: 15, error: 'TooManyRequestsException' },
  GetFunction: { rate: 100, burst: 100, error: 'TooManyRequestsException' },
  GetMetricData: { rate: 50, burst: 50, error: 'ThrottlingException' },
  StartExecution: { rate: 150, burst: 800, error: 'ThrottlingException' },
  StopExecution: { rate: 25, burst: 500, error: 'ThrottlingException' },
  DescribeExecution: { rate: 10, burst: 250, error: 'ThrottlingException' },
  ListExecutions: { rate: 5, burst: 100, error: 'ThrottlingException' },
} as const satisfies Readonly<Record<string, Quota>>;
type QuotaName = keyof typeof QUOTAS;

/** The SDK's standard retries, as our clients are set: four attempts; after a throttle up to 0.5, 1 and 2 seconds. */
const ATTEMPTS = 4;
const FIRST_WAIT_MS = 500;

function quotaOf(service: ServiceName, command: string): QuotaName | undefined {
  if (service === 'lambda') return command === 'GetFunction' ? command : isFree(command) ? undefined : 'lambda';
  return Object.hasOwn(QUOTAS, command) ? (command as QuotaName) : undefined;
}
const isFree = (command: string): boolean => command === 'Invoke' || command === 'GetPolicy';

/** Token buckets of one account, and how its SDK clients bear that one is empty. Off until `on` is set. */
export class Quotas {
  /** Settable at any time. @default false */
  on = false;
  /** Calls that were turned away for good, by quota. */
  readonly refused = new Map<QuotaName, number>();
  private readonly buckets = new Map<QuotaName, { tokens: number; at: number }>();

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: () => number,
  ) {}

  /** Waits until the call is within its quota. @throws AwsError when it is not after the SDK's last attempt */
  async admit(service: ServiceName, command: string): Promise<void> {
    const name = this.on ? quotaOf(service, command) : undefined;
    if (name === undefined) return;
    for (let attempt = 1; !this.take(name); attempt += 1) {
      if (attempt === ATTEMPTS) {
        this.refused.set(name, (this.refused.get(name) ?? 0) + 1);
        throw new AwsError(QUOTAS[name].error, 'Rate exceeded', 429);
      }
      await this.clock.sleep(this.random() * FIRST_WAIT_MS * 2 ** (attempt - 1));
    }
  }

  private take(name: QuotaName): boolean {
    const { rate, burst } = QUOTAS[name];
    const now = this.clock.now();
    const { tokens, at } = this.buckets.get(name) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + ((now - at) / 1000) * rate);
    this.buckets.set(name, { tokens: filled >= 1 ? filled - 1 : filled, at: now });
    return filled >= 1;
  }
}
