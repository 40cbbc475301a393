import type { InService } from './in-service';
import type { AnswerTotals, UsersReport } from './users/messages';

export interface TrafficTotals {
  /** Requests that users sent. */
  requests: number;
  /** Arrivals that were dropped because the machine was behind. */
  notSent: number;
  /** Requests that were not answered with 200, whichever version answered. */
  failed: number;
  /** Failed requests that cannot be put on a model; see `failedBecauseOfShift`. */
  failedBecauseOfShift: number;
  /** Answers by version. */
  readonly byVersion: Map<string, number>;
}

type AliasHistory = Pick<InService, 'during' | 'first'>;

/**
 * Whether a request failed because of a shift, a promotion or a revert: whenever it cannot be put on a model.
 * - It got no answer, or the connection broke, or it took longer than the users' patience.
 * - It failed before a version was asked: no version in the answer (a 502, 429 or 404 of Lambda itself).
 * - 404: the path or the alias was not there, which no model decides.
 * - 503: a version was asked that is not ready. Only the endpoint's very first version may say so, because it holds no
 *   model; the first promotion takes it out of service, and from then on the next rule counts it.
 * - A version answered, even well, that the alias named as neither blue nor green while the request was under way.
 * What is left are a version's own failures, 400 and 500: the canary is there to count those.
 */
export function failedBecauseOfShift(
  { status, version, sentMs, answeredMs }: AnswerTotals,
  inService: AliasHistory,
): boolean {
  if (status === 'none' || version === undefined || status === 404) return true;
  if (status === 503 && version !== inService.first) return true;
  return !inService.during(version, sentMs, answeredMs);
}

/** Adds up what the users report. */
export class DemoTraffic {
  readonly totals: TrafficTotals = {
    ...{ requests: 0, notSent: 0, failed: 0, failedBecauseOfShift: 0 },
    byVersion: new Map<string, number>(),
  };
  /** Failed requests by the tenth of a second in which they were sent. */
  private readonly failedAt = new Map<number, number>();

  constructor(private readonly inService: AliasHistory) {}

  /** Failed requests that were sent in between, real milliseconds since 1970; complete once the users have stopped. */
  failedBetween(fromMs: number, untilMs: number): number {
    const within = [...this.failedAt].filter(([sentMs]) => sentMs >= fromMs && sentMs < untilMs);
    return within.reduce((sum, [, failed]) => sum + failed, 0);
  }

  readonly add = ({ sent, notSent, answers }: UsersReport): void => {
    const { totals } = this;
    totals.requests += sent;
    totals.notSent += notSent;
    for (const answer of answers) {
      const { status, version = 'none', count } = answer;
      totals.byVersion.set(version, (totals.byVersion.get(version) ?? 0) + count);
      if (status !== 200) {
        totals.failed += count;
        this.failedAt.set(answer.sentMs, (this.failedAt.get(answer.sentMs) ?? 0) + count);
      }
      if (failedBecauseOfShift(answer, this.inService)) totals.failedBecauseOfShift += count;
    }
  };
}
