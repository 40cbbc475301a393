import type { JudgeSettings } from '../../lambdas/domain/gates/gates';
import type { Trace, TraceSide } from '../../lambdas/domain/trace/trace';
import { ArgumentsInvalid } from '../../tools/arguments-invalid';

/**
 * The trace with its custom counters in the order of the settings' gates. A trace that keeps its settings names them,
 * and others may ask for some of them; a trace that does not must have as many as the settings name.
 *
 * @throws ArgumentsInvalid naming a gate that nothing was counted for
 */
export function withCustomGates(trace: Trace, { gates: { custom = [] } }: JudgeSettings, file: string): Trace {
  const kept = trace.settings?.gates.custom?.map(({ name }) => name);
  const counted = kept?.length ?? (trace.rows[0] ?? trace.baseline[0])?.blue.custom.length ?? 0;
  const places = custom.map(({ name }, index) => {
    const place = kept === undefined ? index : kept.indexOf(name);
    if (place >= 0 && place < counted) return place;
    const has = kept?.join(', ') || `${counted} of them`;
    throw new ArgumentsInvalid(
      `${file}: has no counts for the custom gate ${name}; got ${counted === 0 ? 'none' : has}`,
    );
  });
  const side = (one: TraceSide): TraceSide => ({
    ...one,
    custom: places.map((place) => one.custom[place] ?? { events: 0, requests: 0 }),
  });
  return {
    ...trace,
    baseline: trace.baseline.map((row) => ({ ...row, blue: side(row.blue) })),
    rows: trace.rows.map((row) => ({ ...row, blue: side(row.blue), green: side(row.green) })),
  };
}
