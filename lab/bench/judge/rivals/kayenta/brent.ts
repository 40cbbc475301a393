const { abs } = Math;

const MAX_STEPS = 1000;
const TOLERANCE = 1e-4;

/** A point of a function: where, and its value there. */
type Point = readonly [at: number, value: number];

/**
 * A root between two points of opposite sign, to about 1e-4 (Brent 1973, chapter 4), with the tolerance, stopping rule
 * and order of steps that Kayenta's BrentSolver has: on a step function they decide which root comes out.
 */
export function brentRoot(from: Point, to: Point, value: (at: number) => number): number {
  if (from[1] === 0) return from[0];
  if (to[1] === 0) return to[0];
  let [previous, best, opposite] = [from, to, from];
  for (let step = 0; step <= MAX_STEPS; step++) {
    const lastStep = best[0] - previous[0];
    if (abs(opposite[1]) < abs(best[1])) [previous, best, opposite] = [best, opposite, best];
    const tolerance = 2 * Number.EPSILON * abs(best[0]) + TOLERANCE / 2;
    const half = (opposite[0] - best[0]) / 2;
    if (abs(half) <= tolerance || best[1] === 0) return best[0];
    const mayInterpolate = abs(lastStep) >= tolerance && abs(previous[1]) > abs(best[1]);
    let move = mayInterpolate ? interpolated(previous, best, opposite, lastStep, tolerance, half) : half;
    if (abs(move) < tolerance) move = move > 0 ? tolerance : -tolerance;
    previous = best;
    const at = best[0] + move;
    best = [at, value(at)];
    if ((best[1] > 0 && opposite[1] > 0) || (best[1] < 0 && opposite[1] < 0)) opposite = previous;
  }
  return best[0];
}

/** Secant or inverse quadratic step where it stays well inside, else half way. */
function interpolated(
  previous: Point,
  best: Point,
  opposite: Point,
  lastStep: number,
  tolerance: number,
  half: number,
): number {
  const width = opposite[0] - best[0];
  const ratio = best[1] / previous[1];
  let [p, q] = [width * ratio, 1 - ratio];
  if (previous[0] !== opposite[0]) {
    const [a, b] = [previous[1] / opposite[1], best[1] / opposite[1]];
    p = ratio * (width * a * (a - b) - (best[0] - previous[0]) * (b - 1));
    q = (a - 1) * (b - 1) * (ratio - 1);
  }
  if (p > 0) q = -q;
  else p = -p;
  return p < 0.75 * width * q - abs(tolerance * q) / 2 && p < abs((lastStep * q) / 2) ? p / q : half;
}
