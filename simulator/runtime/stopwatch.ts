import { performance } from 'node:perf_hooks';

/** Whether this request is asked for its time alone. */
export const timing = { isOn: false };

let passedMs = 0;

/**
 * A stopwatch that runs sees so many milliseconds more: they are of what was not computed again; or fewer, of what took
 * longer here.
 */
export function passOver(ms: number): void {
  passedMs += ms;
}

/**
 * Measures one request as Lambda would see it, in milliseconds: an environment there has its processor to itself, while
 * here the engine, the users and both versions share a few. Time in which another program had the processor is no time
 * of the model's, so the shorter of wall time and this process' processor time counts. A model only computes: it never
 * waits for anything but the processor.
 */
export function stopwatch(): () => number {
  const passed = passedMs;
  const wall = performance.now();
  const used = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(used);
    return Math.min(performance.now() - wall, (user + system) / 1000) + passedMs - passed;
  };
}
