import type { AnswerTotals } from './messages';

const SLOT_MS = 100;

/** Counts answers that are equal, so that a report is short. */
export class AnswerCounts {
  private counts = new Map<string, { -readonly [K in keyof AnswerTotals]: AnswerTotals[K] }>();

  add(status: AnswerTotals['status'], version: string | undefined, sentAt: number, answeredMs: number): void {
    const sentMs = Math.floor(sentAt / SLOT_MS) * SLOT_MS;
    const key = `${status} ${version} ${sentMs}`;
    const same = this.counts.get(key);
    if (same === undefined) this.counts.set(key, { status, version, sentMs, answeredMs, count: 1 });
    else Object.assign(same, { answeredMs, count: same.count + 1 });
  }

  /** What was added since this was last called. */
  take(): readonly AnswerTotals[] {
    const taken = [...this.counts.values()];
    this.counts = new Map();
    return taken;
  }
}
