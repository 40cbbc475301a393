import { edgeAt, edgesOf, binnedRequests } from '../../domain/trace/bins';
import type { Trace, TraceSide } from '../../domain/trace/trace';

export interface TraceProblem {
  readonly path: readonly (string | number)[];
  /** The limit, and the value where the field itself is not the value. */
  readonly problem: string;
}

type Path = TraceProblem['path'];

/** Everything in a trace of the right shape that cannot be true. */
export function findTraceProblems(trace: Trace, bins: number): TraceProblem[] {
  return [
    ...edgeProblems(trace),
    ...thresholdProblems(trace),
    ...expectedShiftProblems(trace),
    ...orderProblems('baseline', trace.baseline),
    ...orderProblems('rows', trace.rows),
    ...minuteProblems(trace),
    ...trace.baseline.flatMap(({ blue }, index) => sideProblems(blue, ['baseline', index, 'blue'], trace, bins)),
    ...trace.rows.flatMap(({ blue, green }, index) => [
      ...sideProblems(blue, ['rows', index, 'blue'], trace, bins),
      ...sideProblems(green, ['rows', index, 'green'], trace, bins),
    ]),
  ];
}

function edgeProblems({ latencyBins }: Trace): TraceProblem[] {
  if (!('edges' in latencyBins)) return [];
  return latencyBins.edges.flatMap((edge, index, edges) =>
    edge > (edges[index - 1] ?? 0)
      ? []
      : [{ path: ['latencyBins', 'edges', index], problem: `must be above the edge before, ${edges[index - 1]}` }],
  );
}

/** A threshold that is no edge cannot be counted: part of a bin would lie beyond it. */
function thresholdProblems({ thresholds = [], latencyBins }: Trace): TraceProblem[] {
  const edges = edgesOf(latencyBins);
  return thresholds.flatMap((one, index) => [
    ...(['blueMs', 'greenToleratedMs', 'greenHarmfulMs'] as const)
      .filter((field) => edgeAt(edges, one[field]) < 0)
      .map((field) => ({ path: ['thresholds', index, field], problem: 'must be an edge of latencyBins' })),
    ...(one.quantile > (thresholds[index - 1]?.quantile ?? 0)
      ? []
      : [{ path: ['thresholds', index, 'quantile'], problem: 'must be above the quantile before' }]),
  ]);
}

function expectedShiftProblems({ expectedShift, classNames }: Trace): TraceProblem[] {
  if (expectedShift === undefined || expectedShift.classes.length === classNames.length) return [];
  const problem = `must have one entry per class, ${classNames.length}; got ${expectedShift.classes.length}`;
  return [{ path: ['expectedShift', 'classes'], problem }];
}

function orderProblems(list: 'baseline' | 'rows', rows: readonly { readonly t: number }[]): TraceProblem[] {
  return rows.flatMap(({ t }, index) => {
    const before = rows[index - 1]?.t ?? -Infinity;
    if (t > before) return [];
    const problem = t === before ? 'must not come twice' : `must be above the row before, ${before}`;
    return [{ path: [list, index, 't'], problem }];
  });
}

/** All rows name their minute, or none does: mixed, their order would be a guess. */
function minuteProblems({ baseline, rows }: Trace): TraceProblem[] {
  const named = [...baseline, ...rows].some(({ minute }) => minute !== undefined);
  if (!named) return [];
  return (
    [
      ['baseline', baseline],
      ['rows', rows],
    ] as const
  ).flatMap(([list, all]) =>
    all.flatMap(({ minute }, index): TraceProblem[] => {
      const path = [list, index, 'minute'];
      if (minute === undefined) return [{ path, problem: 'must be there, because other rows have it' }];
      const before = all[index - 1]?.minute;
      const later = before === undefined || Date.parse(minute) > Date.parse(before);
      return later ? [] : [{ path, problem: `must be later than the row before, ${before}` }];
    }),
  );
}

function sideProblems(side: TraceSide, path: Path, trace: Trace, bins: number): TraceProblem[] {
  const found: TraceProblem[] = [];
  const must = (holds: boolean, field: Path, problem: string) => {
    if (!holds) found.push({ path: [...path, ...field], problem });
  };
  const { invocations, errors, modelErrors, nonFiniteOutputs, latency, classes, custom } = side;
  must(errors <= invocations, ['errors'], `must be at most invocations, ${invocations}`);
  must(
    modelErrors + nonFiniteOutputs <= errors,
    ['modelErrors'],
    `must be, with nonFiniteOutputs (${nonFiniteOutputs}), at most errors, ${errors}`,
  );

  const seen = new Set<number>();
  latency.forEach(([bin], index) => {
    must(bin < bins, ['latency', index, 0], `must be a bin from 0 to ${bins - 1}`);
    must(!seen.has(bin), ['latency', index, 0], 'must not be a bin that was named before');
    seen.add(bin);
  });
  const timed = binnedRequests(latency);
  must(
    classes.length === trace.classNames.length,
    ['classes'],
    `must have one count per class, ${trace.classNames.length}; got ${classes.length}`,
  );
  if (trace.source === undefined) {
    must(timed === invocations, ['latency'], `counts must sum to invocations, ${invocations}; got ${timed}`);
    const answered = classes.reduce((sum, one) => sum + one, 0);
    const successes = invocations - errors;
    must(
      classes.length === 0 || answered === successes,
      ['classes'],
      `counts must sum to invocations - errors, ${successes}; got ${answered}`,
    );
  }
  custom.forEach(({ events, requests }, index) => {
    must(events <= requests, ['custom', index, 'events'], `must be at most requests, ${requests}`);
  });
  const { labelled } = side;
  if (labelled !== undefined)
    must(
      labelled.events <= labelled.requests,
      ['labelled', 'events'],
      `must be at most requests, ${labelled.requests}`,
    );
  const gates = trace.settings?.gates.custom?.length;
  must(
    gates === undefined || custom.length === gates,
    ['custom'],
    `must have one entry per custom gate in settings, ${gates}; got ${custom.length}`,
  );
  for (const field of ['slow', 'verySlow'] as const) {
    const given = side[field]?.length;
    const thresholds = trace.thresholds?.length ?? 0;
    must(
      given === undefined || given === thresholds,
      [field],
      `must have one count per threshold, ${thresholds}; got ${given}`,
    );
  }
  return found;
}
