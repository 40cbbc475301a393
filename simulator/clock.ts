/**
 * The one clock of a world. Nothing in the engine reads the machine's time or sets a global timer; the state machine
 * interpreter, the schedules, the metrics and the handlers all use this one.
 */
export interface EngineClock {
  /** Milliseconds since 1970, of the world. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  sleep(ms: number): Promise<void>;
  /**
   * Marks work that takes real time (a model's inference, a file read): virtual time stands still until it is done.
   * Work that only awaits other virtual work is not wrapped.
   */
  real<T>(work: Promise<T>): Promise<T>;
}
