import type { Canary, SimulatedSide } from './canary';
import { BINS, CLASS_SHARES, PLANNED_MINUTES } from './setting';

/** One version's minute in the format of traces: latency as pairs of bin and count. */
export interface SimulatedTraceSide {
  readonly invocations: number;
  readonly errors: number;
  readonly throttles: number;
  readonly latency: readonly (readonly [bin: number, count: number])[];
  readonly classes: readonly number[];
}

/** A canary as JSON, as `replay` reads it. */
export interface SimulatedTrace {
  readonly id: string;
  readonly kind: string;
  readonly label: 'good' | 'bad';
  readonly family: 'none' | 'errors' | 'latency' | 'drift';
  readonly expected: string;
  readonly horizonMinutes: number;
  readonly latencyBins: typeof BINS;
  readonly classNames: readonly string[];
  readonly baseline: readonly { readonly t: number; readonly blue: SimulatedTraceSide }[];
  readonly rows: readonly {
    readonly t: number;
    readonly weight: number;
    readonly blue: SimulatedTraceSide;
    readonly green: SimulatedTraceSide;
  }[];
}

/** Writes a simulated canary as a trace. */
export function toTrace(canary: Canary, id: string, kind: string): SimulatedTrace {
  const family = familyOf(canary);
  return {
    id,
    kind,
    label: family === 'none' ? 'good' : 'bad',
    family,
    expected: family === 'none' ? 'never FAIL (PASS or INCONCLUSIVE)' : 'FAIL',
    horizonMinutes: Math.min(canary.minutes.length, PLANNED_MINUTES),
    latencyBins: BINS,
    classNames: CLASS_SHARES.map((_, index) => `class${index}`),
    baseline: canary.baseline.map((side, index) => ({ t: index - canary.baseline.length, blue: sideOf(side) })),
    rows: canary.minutes.map(({ weight, blue, green }, index) => ({
      t: index + 1,
      weight,
      blue: sideOf(blue),
      green: sideOf(green),
    })),
  };
}

const sideOf = ({ invocations, errors, latency, classes }: SimulatedSide): SimulatedTraceSide => ({
  invocations,
  errors,
  throttles: 0,
  latency: [...latency].flatMap((count, bin): [number, number][] => (count > 0 ? [[bin, count]] : [])),
  classes: [...classes],
});

function familyOf({ setting }: Canary): SimulatedTrace['family'] {
  switch (setting.regression.type) {
    case 'none':
      return 'none';
    case 'errx':
    case 'errpp':
    case 'total':
      return 'errors';
    case 'lat':
    case 'tail':
      return 'latency';
    case 'drift':
      return 'drift';
    default:
      return setting.regression satisfies never;
  }
}
