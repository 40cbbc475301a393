import { targetInput, type TargetInput } from './event-input';
import { matchesPattern } from './event-pattern';
import { randomUuid } from './random';
import type { EngineClock } from './clock';

/** An event as a rule's target gets it. */
export interface BusEvent extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: unknown;
}

export interface RuleTarget extends TargetInput {
  readonly Id: string;
  readonly Arn: string;
}
export interface Rule {
  readonly name: string;
  readonly pattern: unknown;
  readonly targets: readonly RuleTarget[];
  readonly enabled: boolean;
}

/** When each copy of an event reaches a target, in milliseconds from now: `[]` loses it, two numbers double it. */
export type Delivery = (event: BusEvent, rule: Rule) => readonly number[];

export interface EventWorld {
  readonly clock: EngineClock & { readonly scopes: { detached<T>(work: () => T): T } };
  readonly account: string;
  readonly region: string;
  readonly random: () => number;
}

/**
 * The default event bus: rules, and delivery that is late by a moment, at least once unless `delivery` says otherwise.
 */
export class EngineEventBus {
  /** Settable by tests. By default once, 200 ms to 1 s late. */
  delivery: Delivery;
  /** Every event put on the bus, and when. */
  readonly history: (BusEvent & { readonly publishedAt: number })[] = [];
  private readonly rules = new Map<string, Rule>();

  constructor(
    private readonly world: EventWorld,
    /** Delivers to a target by its ARN. */
    private readonly deliver: (targetArn: string, input: unknown) => Promise<void>,
  ) {
    this.delivery = () => [200 + Math.floor(world.random() * 800)];
  }

  putRule(rule: Rule): void {
    this.rules.set(rule.name, rule);
  }

  removeRule(name: string): void {
    this.rules.delete(name);
  }

  /** Puts an event on the bus; targets get it later. */
  emit({
    source,
    detailType,
    detail,
    resources,
  }: {
    readonly source: string;
    readonly detailType: string;
    readonly detail: unknown;
    readonly resources?: readonly string[];
  }): void {
    const { clock, account, region, random } = this.world;
    const event: BusEvent = {
      version: '0',
      id: randomUuid(random),
      source,
      'detail-type': detailType,
      account,
      time: new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      region,
      resources: resources ?? resourcesOf(detail),
      detail: JSON.parse(JSON.stringify(detail)) as unknown,
    };
    this.history.push({ ...event, publishedAt: clock.now() });
    clock.scopes.detached(() => {
      for (const rule of this.rules.values()) {
        if (rule.enabled && matchesPattern(rule.pattern, event)) this.send(event, rule);
      }
    });
  }

  private send(event: BusEvent, rule: Rule): void {
    for (const target of rule.targets) {
      for (const delay of this.delivery(event, rule)) {
        this.world.clock.setTimeout(() => void this.deliver(target.Arn, targetInput(target, event)), delay);
      }
    }
  }
}

/** The ARNs that AWS puts beside the detail, where they follow from it. */
function resourcesOf(detail: unknown): readonly string[] {
  const { executionArn, bucket } = detail as {
    readonly executionArn?: string;
    readonly bucket?: { readonly name: string };
  };
  if (executionArn) return [executionArn];
  return bucket ? [`arn:aws:s3:::${bucket.name}`] : [];
}
