import type * as z from 'zod';
import { evidenceSchema } from '../evidence';
import { type Trace, writtenTrace, type LatencyBins, type TraceSide } from './shape';
import type { JudgeSettings } from '../gates/gates';
import { binCount, binnedRequests, edgeAt, edgesOf } from './bins';

export type { BinnedTrace, Trace, TraceRow, TraceSide } from './shape';

/** A trace that can be true, complete. */
export const traceSchema: z.ZodType<Trace> = writtenTrace
  .transform((trace) => {
    const classes = (trace.baseline[0] ?? trace.rows[0])?.blue.classes.length ?? 0;
    return {
      ...trace,
      classNames: trace.classNames ?? Array.from({ length: classes }, (_, index) => `class ${index}`),
    };
  })
  .superRefine((trace, context) => {
    for (const { path, problem } of contradictions(trace))
      context.addIssue({ code: 'custom', path: [...path], message: problem });
  });

/** What a rollout judged, which can be true. */
export const soundEvidenceSchema = evidenceSchema.superRefine((evidence, context) => {
  for (const { path, problem } of contradictions({ ...evidence, source: 'rollout' }))
    context.addIssue({ code: 'custom', path: [...path], message: problem });
});

/** Something that is of the right shape and cannot be true. */
interface Contradiction {
  readonly path: readonly (string | number)[];
  /** The limit, and the value where the field itself is not the value. */
  readonly problem: string;
}

type FieldPath = Contradiction['path'];
/** Without bins, none are in it. */
type UnbinnedSide = Omit<TraceSide, 'latency'> & Partial<Pick<TraceSide, 'latency'>>;
type TimedRow = { readonly t?: number; readonly minute?: string | undefined };

/** A trace, or what a rollout judged. */
type Checked = Pick<Trace, 'source' | 'classNames' | 'thresholds' | 'baselineDurations' | 'expectedShift'> & {
  readonly latencyBins?: LatencyBins | undefined;
  readonly settings?: JudgeSettings | undefined;
  readonly baseline: readonly (TimedRow & { readonly blue: UnbinnedSide })[];
  readonly rows: readonly (TimedRow & { readonly blue: UnbinnedSide; readonly green: UnbinnedSide })[];
};

/** Everything that cannot be true. */
function contradictions(trace: Checked): readonly Contradiction[] {
  const bins = trace.latencyBins && binCount(trace.latencyBins);
  return [
    ...ofEdges(trace),
    ...ofThresholds(trace),
    ...ofExpectedShift(trace),
    ...ofOrder('baseline', trace.baseline),
    ...ofOrder('rows', trace.rows),
    ...ofMinutes(trace),
    ...trace.baseline.flatMap(({ blue }, index) => ofSide(blue, ['baseline', index, 'blue'], trace, bins)),
    ...trace.rows.flatMap(({ blue, green }, index) => [
      ...ofSide(blue, ['rows', index, 'blue'], trace, bins),
      ...ofSide(green, ['rows', index, 'green'], trace, bins),
    ]),
  ];
}

const must = (holds: boolean, path: FieldPath, problem: string): Contradiction[] => (holds ? [] : [{ path, problem }]);

function ofEdges({ latencyBins }: Checked): Contradiction[] {
  if (latencyBins === undefined || !('edges' in latencyBins)) return [];
  return latencyBins.edges.flatMap((edge, index, edges) => {
    const before = edges[index - 1] ?? 0;
    return must(edge > before, ['latencyBins', 'edges', index], `must be above the edge before, ${before}`);
  });
}

const DURATIONS = ['blueMs', 'greenToleratedMs', 'greenHarmfulMs'] as const;

function ofThresholds({ thresholds = [], latencyBins, baselineDurations }: Checked): Contradiction[] {
  // A quantile of no durations cannot have been measured.
  const measured = thresholds.length === 0 || baselineDurations !== 0;
  return [
    ...must(measured, ['baselineDurations'], 'must be at least 1, because there are thresholds'),
    ...thresholds.flatMap((one, index) => {
      const before = thresholds[index - 1];
      const at = (field: keyof typeof one): FieldPath => ['thresholds', index, field];
      // A threshold that is no edge cannot be counted: part of a bin would lie beyond it.
      const edges = latencyBins && edgesOf(latencyBins);
      return [
        ...(edges === undefined ? [] : DURATIONS).flatMap((field) =>
          must(edgeAt(edges ?? [], one[field]) >= 0, at(field), 'must be an edge of latencyBins'),
        ),
        ...must(one.quantile > (before?.quantile ?? 0), at('quantile'), 'must be above the quantile before'),
        ...must(
          one.blueMs >= (before?.blueMs ?? 0),
          at('blueMs'),
          `must be at least the one before, ${before?.blueMs}`,
        ),
        ...must(one.greenToleratedMs >= one.blueMs, at('greenToleratedMs'), `must be at least blueMs, ${one.blueMs}`),
        ...must(
          one.greenHarmfulMs >= one.greenToleratedMs,
          at('greenHarmfulMs'),
          `must be at least greenToleratedMs, ${one.greenToleratedMs}`,
        ),
      ];
    }),
  ];
}

function ofExpectedShift({ expectedShift, classNames }: Checked): Contradiction[] {
  const { length } = classNames;
  const given = expectedShift?.classes.length ?? length;
  return must(given === length, ['expectedShift', 'classes'], `must have one entry per class, ${length}; got ${given}`);
}

function ofOrder(list: 'baseline' | 'rows', rows: readonly TimedRow[]): Contradiction[] {
  return rows.flatMap(({ t }, index) => {
    const before = rows[index - 1]?.t ?? -Infinity;
    if (t === undefined) return [];
    const problem = t === before ? 'must not come twice' : `must be above the row before, ${before}`;
    return must(t > before, [list, index, 't'], problem);
  });
}

/**
 * All rows name their minute, or none does: mixed, their order would be a guess. A minute that is counted twice would
 * be evidence out of nothing.
 */
function ofMinutes({ baseline, rows }: Checked): Contradiction[] {
  const named = [...baseline, ...rows].some(({ minute }) => minute !== undefined);
  if (!named) return [];
  return Object.entries({ baseline, rows }).flatMap(([list, all]) =>
    all.flatMap(({ minute }: TimedRow, index: number) => {
      const path = [list, index, 'minute'];
      if (minute === undefined) return must(false, path, 'must be there, because other rows have it');
      const before = all[index - 1]?.minute;
      const later = before === undefined || Date.parse(minute) > Date.parse(before);
      return must(later, path, `must be later than the row before, ${before}`);
    }),
  );
}

function ofSide(side: UnbinnedSide, path: FieldPath, trace: Checked, bins: number | undefined): Contradiction[] {
  const { invocations, errors, modelErrors, nonFiniteOutputs, classes, custom, durations } = side;
  const at = (...field: FieldPath): FieldPath => [...path, ...field];
  const { length } = trace.classNames;
  const gates = trace.settings?.gates.custom?.length ?? custom.length;
  return [
    ...must(errors <= invocations, at('errors'), `must be at most invocations, ${invocations}`),
    ...must(
      modelErrors + nonFiniteOutputs <= errors,
      at('modelErrors'),
      `must be, with nonFiniteOutputs (${nonFiniteOutputs}), at most errors, ${errors}`,
    ),
    ...must(
      durations === undefined || durations <= invocations,
      at('durations'),
      `must be at most invocations, ${invocations}`,
    ),
    ...ofBins(side, path, bins),
    ...beyondThresholds(side, path, trace),
    ...must(
      classes.length === length,
      at('classes'),
      `must have one count per class, ${length}; got ${classes.length}`,
    ),
    ...(trace.source === undefined ? ofSums(side, path, bins) : []),
    ...custom.flatMap(({ events, requests }, index) =>
      must(events <= requests, at('custom', index, 'events'), `must be at most requests, ${requests}`),
    ),
    ...Object.entries(side.counted ?? {}).flatMap(([gate, { events, requests }]) =>
      must(events <= requests, at('counted', gate, 'events'), `must be at most requests, ${requests}`),
    ),
    ...must(
      custom.length === gates,
      at('custom'),
      `must have one entry per custom gate in settings, ${gates}; got ${custom.length}`,
    ),
    ...(side.labelled === undefined
      ? []
      : must(
          side.labelled.events <= side.labelled.requests,
          at('labelled', 'events'),
          `must be at most requests, ${side.labelled.requests}`,
        )),
  ];
}

/** Durations are in bins, or counted beyond the trace's own thresholds. */
function ofBins(side: UnbinnedSide, path: FieldPath, bins: number | undefined): Contradiction[] {
  if (bins === undefined) {
    const absent = (['durations', 'slow'] as const).find((field) => side[field] === undefined);
    return absent === undefined
      ? []
      : must(false, [...path, absent], 'must be there, because the trace has no latencyBins');
  }
  const seen = new Set<number>();
  return (side.latency ?? []).flatMap(([bin], index) => {
    const at = [...path, 'latency', index, 0];
    const twice = seen.has(bin);
    seen.add(bin);
    return [
      ...must(bin < bins, at, `must be a bin from 0 to ${bins - 1}`),
      ...must(!twice, at, 'must not be a bin that was named before'),
    ];
  });
}

function beyondThresholds(side: UnbinnedSide, path: FieldPath, { thresholds = [] }: Checked): Contradiction[] {
  const { length } = thresholds;
  const all = side.durations ?? binnedRequests(side.latency ?? []);
  return (['slow', 'verySlow'] as const).flatMap((field) => {
    const counts = side[field];
    if (counts === undefined) return [];
    return [
      ...must(
        counts.length === length,
        [...path, field],
        `must have one count per threshold, ${length}; got ${counts.length}`,
      ),
      ...counts.flatMap((count, index) =>
        must(count <= all, [...path, field, index], `must be at most durations, ${all}`),
      ),
    ];
  });
}

/** Of a trace that is no rollout's every request has a duration, and every one that did not fail an answer. */
function ofSums(
  { invocations, errors, latency = [], classes }: UnbinnedSide,
  path: FieldPath,
  bins?: number,
): Contradiction[] {
  const timed = binnedRequests(latency);
  const answered = classes.reduce((sum, one) => sum + one, 0);
  const successes = invocations - errors;
  return [
    ...must(
      bins === undefined || timed === invocations,
      [...path, 'latency'],
      `counts must sum to invocations, ${invocations}; got ${timed}`,
    ),
    ...must(
      classes.length === 0 || answered === successes,
      [...path, 'classes'],
      `counts must sum to invocations - errors, ${successes}; got ${answered}`,
    ),
  ];
}
