import type { SimulatedSide } from '../simulate/canary';
import { BINS } from '../simulate/setting';

/** Failures per request; NaN in a minute without requests. */
export const errorRate = ({ errors, invocations }: SimulatedSide): number => errors / invocations;

/** Answers of a class per answer; NaN in a minute without answers. */
export const classShare = ({ classes, invocations, errors }: SimulatedSide, index: number): number =>
  (classes[index] ?? 0) / (invocations - errors);

/** The latency in ms below which a fraction of the requests lies, read off inside its bin; NaN without requests. */
export const percentileMs = ({ latency, invocations }: SimulatedSide, fraction: number): number =>
  percentileOf(latency, invocations, fraction);

function percentileOf(latency: Uint32Array, requests: number, fraction: number): number {
  if (requests === 0) return NaN;
  let left = fraction * requests;
  for (let bin = 0; bin < latency.length; bin++) {
    const count = latency[bin] ?? 0;
    if (count > 0 && count >= left) return BINS.edge0 * BINS.ratio ** (bin - 1 + left / count);
    left -= count;
  }
  return BINS.edge0 * BINS.ratio ** (latency.length - 1);
}

/** Latency counts of several minutes in one. */
export function pooledPercentileMs(sides: readonly SimulatedSide[], fraction: number): number {
  const latency = new Uint32Array(BINS.count);
  for (const side of sides) side.latency.forEach((count, bin) => (latency[bin] = (latency[bin] ?? 0) + count));
  return percentileOf(
    latency,
    sides.reduce((total, { invocations }) => total + invocations, 0),
    fraction,
  );
}
