import { logSumExp } from '../../../../lambdas/domain/statistics/summaries';
import type { BinnedTrace } from '../../../../lambdas/domain/trace/trace';
import { averaged } from './averaged';
import { evidenceOn } from './evidence-on';
import { referenceLatency } from './latency';

const { log } = Math;

const PARTS = { errors: 0.5, latency: 0.3, predictions: 0.2 };

/**
 * The judge that this project's grew from, put together from the same parts: even stakes, half of them on the first
 * minute, a guard that learns nothing from blue's own minutes, an exponential tilt beside exceedances.
 * An independent implementation of it made the golden numbers that it is tested against.
 *
 * @returns ln of its e-value after each minute
 */
export function referenceLogEvidence(trace: BinnedTrace): number[] {
  const families = [
    { part: PARTS.errors, series: errors(trace) },
    { part: PARTS.latency, series: referenceLatency(trace) },
    { part: PARTS.predictions, series: predictions(trace) },
  ];
  return trace.rows.map((_, index) => logSumExp(families.map(({ part, series }) => log(part) + (series[index] ?? 0))));
}

const errors = (trace: BinnedTrace): number[] =>
  evidenceOn(trace, {
    margin: { ratio: 1.1, points: 0.0005 },
    blue: (side) => side.errors,
    green: (side) => side.errors,
    requests: (side) => side.invocations,
    share: 'routed',
  });

function predictions(trace: BinnedTrace): number[] {
  const classes = trace.classNames.map((_, index) =>
    evidenceOn(trace, {
      margin: { ratio: 1, points: 0.01 },
      blue: (side) => side.classes[index] ?? 0,
      green: (side) => side.classes[index] ?? 0,
      requests: (side) => side.classes.reduce((sum, count) => sum + count, 0),
      share: 'realised',
    }),
  );
  return averaged(
    trace.rows.length,
    classes.map((series) => ({ part: 1, series })),
  );
}
