import * as fakeTimers from '@sinonjs/fake-timers';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as realDelay } from 'node:timers/promises';
import type { EngineClock } from './clock';
import { Scopes } from './scopes';

/** The longest delay that a timer of Node holds, 2^31 − 1 ms (24.8 days); a longer one is made of several. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;
/** Real milliseconds that time stands still for work which waits for something that the world does not know. */
const PATIENCE_MS = 100;
const DAY_MS = 86_400_000;
/** Real milliseconds that the scaled driver lets pass at once; see there. */
const LONGEST_STEP_MS = 100;

/** Thrown by `runUntil` when the world's time passed the limit and the condition still did not hold. */
export class RunLimitReached extends Error {
  override readonly name = 'RunLimitReached';
}

/** A running real-time driver. */
export interface ScaledDriver {
  /** Goes on this many times as fast as the machine's time. */
  pace(factor: number): void;
  stop(): Promise<void>;
}

interface Timer {
  handle?: ReturnType<fakeTimers.Clock['setTimeout']>;
  readonly release: () => void;
}

/**
 * The clock of one world, with no tie to the machine's. Time moves only while a driver runs, and jumps from one timer
 * to the next. Before each jump every promise chain runs dry: promises of any depth are done after one turn of the
 * event loop, work declared with `real` is awaited, and a scope (an invocation, a call) that waits for nothing known
 * gets more turns, for at most 100 real milliseconds, so that an undeclared read of a file cannot be overtaken by time.
 */
export class VirtualClock implements EngineClock {
  private readonly fake: fakeTimers.Clock;
  private readonly working = new Set<Promise<unknown>>();
  private driver: 'none' | 'virtual' | 'scaled' = 'none';
  private fired = 0;
  readonly scopes = new Scopes();
  /** The world's `Date`: `new Date()` and `Date.now()` read this clock. */
  readonly Date: DateConstructor;
  /** Names of the scopes that time went on without, because they waited for something undeclared. */
  readonly parked: string[] = [];

  constructor(startTime: number) {
    this.fake = fakeTimers.createClock(startTime);
    this.Date = this.fake.Date;
  }

  now(): number {
    return this.fake.now;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const timer: Timer = { release: this.scopes.hold() };
    const due = this.now() + (ms > 0 ? ms : 0);
    const arm = () => {
      const left = due - this.now();
      if (left > LONGEST_DELAY_MS) timer.handle = this.fake.setTimeout(arm, LONGEST_DELAY_MS);
      else timer.handle = this.fake.setTimeout(fire, left);
    };
    const fire = () => {
      this.fired += 1;
      timer.release();
      callback();
    };
    arm();
    return timer;
  }

  clearTimeout(timer: unknown): void {
    if (!isTimer(timer)) return;
    timer.release();
    this.fake.clearTimeout(timer.handle);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.setTimeout(resolve, ms));
  }

  async real<T>(work: Promise<T>): Promise<T> {
    const release = this.scopes.hold();
    this.working.add(work);
    try {
      return await work;
    } finally {
      this.working.delete(work);
      release();
    }
  }

  /** Lets time pass, `ms` of the world, with everything that is due in it, the last millisecond included. */
  async runFor(ms: number): Promise<void> {
    if (this.driver === 'scaled') {
      const end = this.now() + ms;
      return this.follow(() => this.now() >= end);
    }
    await this.drive(() => this.advance(ms, () => this.settle()));
  }

  /**
   * Lets time pass until the condition holds. It is asked after every timer, once everything has settled.
   * @throws RunLimitReached after `limitMs` of the world (a day by default)
   */
  async runUntil(condition: () => boolean, options: { readonly limitMs?: number } = {}): Promise<void> {
    const limitMs = options.limitMs ?? DAY_MS;
    const end = this.now() + limitMs;
    const check = () => {
      if (condition()) return true;
      if (this.now() < end) return false;
      throw new RunLimitReached(`the condition did not hold within ${limitMs / 1000} s of the world's time`);
    };
    if (this.driver === 'scaled') return this.follow(check);
    await this.drive(async () => {
      const limit = this.setTimeout(() => undefined, limitMs);
      try {
        await this.settle();
        while (!check()) {
          this.fake.next();
          await this.settle();
        }
      } finally {
        this.clearTimeout(limit);
      }
    });
  }

  /** Lets time pass until the promise is settled, and returns what it returns. */
  async run<T>(work: Promise<T>, options: { readonly limitMs?: number } = {}): Promise<T> {
    let done = false;
    const finished = () => void (done = true);
    work.then(finished, finished);
    await this.runUntil(() => done, options);
    return work;
  }

  /**
   * Drives the clock by the machine's time, `factor` times as fast, until stopped. Real work does not hold it back, but
   * a stall of this process does (garbage, a laptop that slept): time that no work could use is left out, because a
   * jump over it would let the time limit of every handler pass before it could do anything.
   */
  scaled(factor: number): ScaledDriver {
    if (this.driver !== 'none') throw new Error('the clock is driven already');
    this.driver = 'scaled';
    let stopped = false;
    let pace = factor;
    let seen = performance.now();
    let target = this.now();
    const loop = async () => {
      while (!stopped) {
        await realDelay(10);
        const now = performance.now();
        target += Math.min(now - seen, LONGEST_STEP_MS) * pace;
        seen = now;
        const ms = Math.floor(target) - this.now();
        if (ms > 0) await this.advance(ms, () => nextTurn());
      }
      this.driver = 'none';
    };
    const running = this.scopes.detached(loop);
    return {
      pace: (other) => void (pace = other),
      stop: () => {
        stopped = true;
        return running;
      },
    };
  }

  /** Jumps from timer to timer up to `ms` from now. Timers at the very end run too, also those that they start. */
  private async advance(ms: number, settle: () => Promise<unknown>): Promise<void> {
    let atEnd = false;
    let firedBefore = -1;
    const markEnd = (delay: number) =>
      this.fake.setTimeout(() => void (atEnd = true), Math.min(delay, LONGEST_DELAY_MS));
    await settle();
    const end = this.now() + ms;
    markEnd(ms);
    for (;;) {
      this.fake.next();
      await settle();
      if (!atEnd) continue;
      // The mark may come before other timers of the same millisecond: it goes round again until it comes alone.
      if (this.now() >= end && firedBefore === this.fired) return;
      atEnd = false;
      firedBefore = this.fired;
      markEnd(Math.max(0, end - this.now()));
    }
  }

  private async drive(work: () => Promise<void>): Promise<void> {
    if (this.driver !== 'none') throw new Error('the clock is driven already');
    this.driver = 'virtual';
    try {
      await this.scopes.detached(work);
    } finally {
      this.driver = 'none';
    }
  }

  /** While the scaled driver runs, waiting is all there is to do. */
  private async follow(condition: () => boolean): Promise<void> {
    while (!condition()) await realDelay(5);
  }

  private async settle(): Promise<void> {
    let waitingSince: number | undefined;
    for (;;) {
      await nextTurn();
      if (this.working.size > 0) {
        await Promise.race([...this.working].map((work) => work.catch(() => undefined)));
        waitingSince = undefined;
      } else if (!this.scopes.anyRunnable()) {
        return;
      } else {
        waitingSince ??= performance.now();
        if (performance.now() - waitingSince > PATIENCE_MS) this.parked.push(...this.scopes.park());
      }
    }
  }
}

function isTimer(value: unknown): value is Timer {
  return typeof value === 'object' && value !== null && 'release' in value;
}
