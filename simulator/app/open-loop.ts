export interface OpenLoopOptions {
  readonly requestsPerSecond: number;
  readonly mostOutstanding: number;
  /** Resolves when the request is over, whichever way. */
  readonly send: () => Promise<void>;
}

/**
 * Arrivals at a fixed rate, whatever the answers do, as users come who know nothing of each other. What arrives while
 * too many requests are unanswered is dropped and counted: nothing queues here, so a stall is not followed by a flood.
 */
export class OpenLoop {
  private arrived = 0;
  private outstanding = 0;
  sent = 0;
  notSent = 0;

  constructor(private readonly options: OpenLoopOptions) {}

  /** Sends what is due `elapsedMs` after the start. */
  tick(elapsedMs: number): void {
    const { requestsPerSecond, mostOutstanding, send } = this.options;
    const due = Math.floor((elapsedMs * requestsPerSecond) / 1000);
    for (; this.arrived < due; this.arrived += 1) {
      if (this.outstanding >= mostOutstanding) {
        this.notSent += 1;
        continue;
      }
      this.sent += 1;
      this.outstanding += 1;
      const over = () => void (this.outstanding -= 1);
      send().then(over, over);
    }
  }
}
