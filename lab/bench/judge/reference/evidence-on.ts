import { worseByAnyAmount, mixOverStartMinutes } from '../../../../lambdas/domain/statistics/mixture';
import type { Margin, MinuteCounts } from '../../../../lambdas/domain/statistics/counts';
import { twoArmScores } from '../../../../lambdas/domain/statistics/two-arm';
import type { Trace, TraceSide } from '../../../../lambdas/domain/trace/trace';

type Read = (side: TraceSide) => number;

/** A yes-or-no count, as read off each side. */
export interface ReferenceCounts {
  readonly margin: Margin;
  readonly blue: Read;
  readonly green: Read;
  readonly requests: Read;
  readonly share: 'routed' | 'realised';
}

/** ln of one count's e-value after each minute. */
export function evidenceOn(trace: Trace, { margin, blue, green, requests, share }: ReferenceCounts): number[] {
  const minutes = trace.rows.map((row): MinuteCounts => ({
    blueEvents: blue(row.blue),
    blueRequests: requests(row.blue),
    greenEvents: green(row.green),
    greenRequests: requests(row.green),
    weight: row.weight,
  }));
  const sum = (read: Read) => trace.baseline.reduce((total, row) => total + read(row.blue), 0);
  // All of blue's minutes as one: that tells its rate, and nothing of its noise.
  const history = [{ events: sum(blue), requests: sum(requests) }];
  return mixOverStartMinutes(
    twoArmScores({ margin, alternatives: worseByAnyAmount, history, share }, minutes),
    trace.horizonMinutes,
  );
}
