import { parseSchedule } from './schedule-expression';
import type { VirtualClock } from './virtual-clock';

export interface EngineSchedule {
  readonly name: string;
  readonly expression: string;
  readonly enabled: boolean;
  readonly targetArn: string;
  readonly input: unknown;
  /** The role with which the Scheduler invokes the target; none for a rule of the event bus. */
  readonly roleArn?: string;
  /** How often the Scheduler tries again to invoke the target. @default 0 */
  readonly retries?: number;
  /** ARN of the queue for what could not be handed over. */
  readonly deadLetters?: string;
  /** The target is invoked at some moment within so many minutes after the time. */
  readonly windowMinutes: number;
}

/** EventBridge Scheduler and scheduled rules: rates begin within a minute of their creation. */
export class Schedules {
  private readonly timers = new Map<string, unknown>();

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: () => number,
    private readonly fire: (schedule: EngineSchedule) => Promise<void>,
  ) {}

  /** Creates or replaces a schedule. */
  put(schedule: EngineSchedule): void {
    this.remove(schedule.name);
    const times = parseSchedule(schedule.expression);
    if (!schedule.enabled) return;
    const flexible = () => Math.floor(this.random() * schedule.windowMinutes * 60_000);
    const runIn = (ms: number) =>
      this.timers.set(
        schedule.name,
        this.clock.scopes.detached(() => this.clock.setTimeout(run, ms)),
      );
    const run = () => {
      if (times.kind === 'rate') runIn(times.everyMs);
      else this.timers.delete(schedule.name);
      if (schedule.windowMinutes === 0) void this.fire(schedule);
      else this.clock.setTimeout(() => void this.fire(schedule), flexible());
    };
    if (times.kind === 'rate') runIn(Math.min(times.everyMs, 60_000));
    else if (times.at >= this.clock.now()) runIn(times.at - this.clock.now());
  }

  remove(name: string): void {
    this.clock.clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }
}
