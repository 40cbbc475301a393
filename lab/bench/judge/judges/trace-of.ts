import type { BinnedTrace } from '../../../../lambdas/domain/trace/trace';
import type { Canary } from '../simulate/canary';
import { type SimulatedTraceSide, toTrace } from '../simulate/trace';

/** Judges that read the same canary share its trace. */
const written = new WeakMap<Canary, BinnedTrace>();

/**
 * A simulated canary as `replay` gets it from a file. What the trace's schema would fill in is filled in here: to parse
 * each one would take as long as to judge it.
 */
export function traceOf(canary: Canary): BinnedTrace {
  const known = written.get(canary);
  if (known) return known;
  const trace = toTrace(canary, 'simulated', 'simulated');
  const complete: BinnedTrace = {
    ...trace,
    baseline: trace.baseline.map((row) => ({ ...row, blue: whole(row.blue) })),
    rows: trace.rows.map((row) => ({ ...row, blue: whole(row.blue), green: whole(row.green) })),
  };
  written.set(canary, complete);
  return complete;
}

const whole = (side: SimulatedTraceSide) => ({ ...side, modelErrors: 0, nonFiniteOutputs: 0, custom: [] });
