import type { EngineClock } from '../../../simulator/clock';
import { seededRandom } from '../../../simulator/random';
import type { AwsService, WorldContext } from '../../../simulator/service';

/** 2026-11-23, 09:00 UTC, the beginning of a minute. */
export const START_MS = Date.UTC(2026, 10, 23, 9);
export const USER = { kind: 'user' } as const;

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class HandClock implements EngineClock {
  private time = START_MS;
  private readonly timers = new Set<Timer>();

  now(): number {
    return this.time;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const timer = { at: this.time + ms, callback };
    this.timers.add(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    this.timers.delete(handle as Timer);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.setTimeout(resolve, ms));
  }

  real<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  /** Moves time, with every timer on the way. */
  async advance(seconds: number): Promise<void> {
    const end = this.time + seconds * 1000;
    for (;;) {
      await new Promise(setImmediate);
      const [next] = [...this.timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
    }
    this.time = end;
  }

  /** Lets time pass until the work is done. */
  async finish<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const finished = () => void (done = true);
    work.then(finished, finished);
    while (!done) await this.advance(0.05);
    return work;
  }
}

export interface TestWorld extends WorldContext {
  readonly clock: HandClock;
  readonly events: { readonly source: string; readonly detailType: string; readonly detail: unknown }[];
}

export function testWorld(seed = 1): TestWorld {
  const events: TestWorld['events'] = [];
  return {
    clock: new HandClock(),
    account: '123456789012',
    region: 'eu-central-1',
    random: seededRandom(seed),
    emit: (event) => void events.push(event),
    events,
  };
}

/** Calls a service as a person does. The type of the answer is the test's business. */
export const client =
  (service: AwsService) =>
  <T = Record<string, never>>(command: string, input: Readonly<Record<string, unknown>> = {}): Promise<T> =>
    service.call(command, input, USER) as Promise<T>;
