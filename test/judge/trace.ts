import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Baseline, Evidence, LatencyThreshold, SideCounts } from '../../lambdas/domain/judge/evidence';
import { minuteAt } from './canary';

type Bins = readonly (readonly [bin: number, count: number])[];

interface TraceSide {
  readonly invocations: number;
  readonly errors: number;
  readonly latency: Bins;
  readonly classes: readonly number[];
}

/** A recorded canary: counts per minute and version, latency in bins of a constant ratio. */
export interface Trace {
  readonly id: string;
  readonly label: 'good' | 'bad';
  readonly family: 'none' | 'errors' | 'latency' | 'drift';
  readonly expected: string;
  readonly horizonMinutes: number;
  readonly latencyBins: { readonly edge0: number; readonly ratio: number; readonly count: number };
  readonly classNames: readonly string[];
  readonly baseline: readonly { readonly blue: TraceSide }[];
  readonly rows: readonly { readonly weight: number; readonly blue: TraceSide; readonly green: TraceSide }[];
}

const FOLDER = join(__dirname, 'traces');
const QUANTILES = [0.5, 0.7, 0.9, 0.95, 0.99, 0.999];
/** Bins are 5 % wide: one bin later is 5 % slower, five bins later 27.6 %. */
const TOLERATED_BINS = 1;
const HARMFUL_BINS = 5;

export const traces = (): Trace[] =>
  readdirSync(FOLDER)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Trace);

/** Reads a trace as the judge's evidence: bins become counts beyond thresholds that blue's baseline sets. */
export function evidenceOf(trace: Trace): Evidence {
  const { edge0, ratio } = trace.latencyBins;
  const edge = (bin: number) => edge0 * ratio ** bin;
  const before = trace.baseline.map(({ blue }) => blue);
  const bins = thresholdBins(before);
  const thresholds = bins.map(({ quantile, bin }): LatencyThreshold => {
    const greenToleratedMs = edge(bin + TOLERATED_BINS);
    return { quantile, blueMs: edge(bin), greenToleratedMs, greenHarmfulMs: edge(bin + HARMFUL_BINS) };
  });
  const counts = (side: TraceSide, toleratedBins: number, harmfulBins: number): SideCounts => ({
    requests: side.invocations,
    invocationErrors: side.errors,
    modelErrors: 0,
    nonFiniteOutputs: 0,
    slow: bins.map(({ bin }) => beyond(side.latency, bin + toleratedBins)),
    verySlow: bins.map(({ bin }) => beyond(side.latency, bin + harmfulBins)),
    classes: side.classes,
  });
  return {
    baseline: { ...baselineOf(before, trace.classNames), thresholds },
    plannedMinutes: trace.horizonMinutes,
    minutes: trace.rows.map((row, index) => ({
      minute: minuteAt(index),
      weight: Math.round(100 * row.weight),
      blue: counts(row.blue, 0, 0),
      green: counts(row.green, TOLERATED_BINS, HARMFUL_BINS),
    })),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const beyond = (latency: Bins, bin: number): number => sum(latency.map(([at, count]) => (at > bin ? count : 0)));

/** The bins that hold blue's quantiles, of those quantiles beyond which at least two requests are expected. */
function thresholdBins(before: readonly TraceSide[]): { quantile: number; bin: number }[] {
  const all = before.flatMap((side) => [...side.latency]).sort(([a], [b]) => a - b);
  const requests = sum(all.map(([, count]) => count));
  return QUANTILES.filter((quantile) => (1 - quantile) * requests >= 2).map((quantile) => {
    let left = quantile * requests;
    return { quantile, bin: all.find(([, count]) => (left -= count) <= 0)?.[0] ?? 0 };
  });
}

function baselineOf(before: readonly TraceSide[], classNames: readonly string[]): Baseline {
  return {
    minutes: before.length,
    requests: sum(before.map((side) => side.invocations)),
    failures: sum(before.map((side) => side.errors)),
    durations: sum(before.map((side) => side.invocations)),
    thresholds: [],
    classNames,
    classes: classNames.map((_, index) => sum(before.map((side) => side.classes[index] ?? 0))),
  };
}
