import { beyondEdge } from '../../../../lambdas/domain/trace/bins';
import type { BinnedTrace } from '../../../../lambdas/domain/trace/trace';
import { averaged } from './averaged';
import { evidenceOn } from './evidence-on';
import { heldTo } from './held';
import { tiltEvidence } from './tilt';

/** Each quantile's part of the exceedances. */
const EXCEEDANCES: ReadonlyMap<number, number> = new Map([
  [0.5, 0.25],
  [0.7, 0.1],
  [0.9, 0.2],
  [0.95, 0.15],
  [0.99, 0.2],
  [0.999, 0.1],
]);

/** Half on the tilt, which sees that everything became slower, half on exceedances, which see a slow tail. */
export function referenceLatency(trace: BinnedTrace): number[] {
  const held = heldTo(trace);
  if (held.length === 0) return trace.rows.map(() => 0);
  const exceedances = held.flatMap(({ quantile, blue, green }) => {
    const part = EXCEEDANCES.get(quantile);
    if (part === undefined) return [];
    const series = evidenceOn(trace, {
      margin: { ratio: 1, points: 0 },
      blue: ({ latency }) => beyondEdge(latency, blue),
      green: ({ latency }) => beyondEdge(latency, green),
      requests: (side) => side.invocations,
      share: 'routed',
    });
    return [{ part, series }];
  });
  return averaged(trace.rows.length, [
    { part: 0.5, series: tiltEvidence(trace, held) },
    { part: 0.5, series: averaged(trace.rows.length, exceedances) },
  ]);
}
