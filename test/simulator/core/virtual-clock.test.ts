import { readFile } from 'node:fs/promises';
import { RunLimitReached, VirtualClock } from '../../../simulator/virtual-clock';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the virtual clock', () => {
  it('passes an hour of polling in far less than a second', async () => {
    const clock = new VirtualClock(0);
    let polls = 0;
    const poll = async () => {
      while (clock.now() < HOUR) {
        await clock.sleep(5_000);
        polls += 1;
      }
    };
    const begin = performance.now();
    await clock.run(poll());
    expect(polls).toBe(720);
    expect(clock.now()).toBe(HOUR);
    expect(performance.now() - begin).toBeLessThan(HOUR);
  });

  it('does not move while promises of any depth are still running', async () => {
    const clock = new VirtualClock(0);
    const deep = async (depth: number): Promise<void> => (depth === 0 ? undefined : deep(depth - 1));
    const seen: number[] = [];
    clock.setTimeout(() => void deep(5_000).then(() => seen.push(clock.now())), 10);
    clock.setTimeout(() => seen.push(-1), 11);
    await clock.runFor(20);
    expect(seen).toEqual([10, -1]);
  });

  it('stands still while declared real work is in flight', async () => {
    const clock = new VirtualClock(0);
    let at = -1;
    const slow = new Promise<void>((resolve) => setTimeout(resolve, 30));
    void clock.real(slow).then(() => (at = clock.now()));
    await clock.runFor(MINUTE);
    expect(at).toBe(0);
  });

  it('waits for an undeclared file read inside a scope, so that time does not overtake it', async () => {
    const clock = new VirtualClock(0);
    let at = -1;
    void clock.scopes.run('reads a file', async () => {
      await readFile(__filename);
      at = clock.now();
    });
    await clock.runFor(MINUTE);
    expect(at).toBe(0);
    expect(clock.parked).toEqual([]);
  });

  it('goes on without a scope that waits for nothing it knows, and names it', async () => {
    const clock = new VirtualClock(0);
    void clock.scopes.run('hangs', () => new Promise(() => undefined));
    await clock.runFor(MINUTE);
    expect(clock.now()).toBe(MINUTE);
    expect(clock.parked).toEqual(['hangs']);
  });

  it('runs what is due in the last millisecond, and what that starts', async () => {
    const clock = new VirtualClock(0);
    const seen: string[] = [];
    clock.setTimeout(() => {
      seen.push('due');
      void clock.sleep(0).then(() => seen.push('started by it'));
    }, 100);
    await clock.runFor(101);
    expect(seen).toEqual(['due', 'started by it']);
  });

  it('holds timers longer than the 24 days that Node can', async () => {
    const clock = new VirtualClock(0);
    let at = -1;
    clock.setTimeout(() => (at = clock.now()), 100 * 24 * HOUR);
    await clock.runFor(101 * 24 * HOUR);
    expect(at).toBe(100 * 24 * HOUR);
  });

  it('fails by name when a condition does not come true in time', async () => {
    const clock = new VirtualClock(0);
    await expect(clock.runUntil(() => false, { limitMs: MINUTE })).rejects.toThrow(RunLimitReached);
    expect(clock.now()).toBe(MINUTE);
  });

  it('keeps a limit of more than 24 days although nothing else is due', async () => {
    const clock = new VirtualClock(0);
    await expect(clock.runUntil(() => false, { limitMs: 60 * 24 * HOUR })).rejects.toThrow(RunLimitReached);
    expect(clock.now()).toBe(60 * 24 * HOUR);
  });

  it('lets timers be cleared', async () => {
    const clock = new VirtualClock(0);
    let ran = false;
    clock.clearTimeout(clock.setTimeout(() => (ran = true), 5));
    await clock.runFor(10);
    expect(ran).toBe(false);
  });

  it('follows scaled real time until it is stopped', async () => {
    const clock = new VirtualClock(0);
    const driver = clock.scaled(1_000);
    const begin = performance.now();
    await clock.runFor(100_000);
    const took = performance.now() - begin;
    await driver.stop();
    expect(took).toBeGreaterThan(80);
    expect(took).toBeLessThan(100_000);
    const stoppedAt = clock.now();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(clock.now()).toBe(stoppedAt);
  });
});
