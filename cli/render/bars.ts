import { certainty } from '../../lambdas/domain/numbers';
import type { GateView } from '../../lambdas/contract/view';
import type { Paint } from './paint';

const WIDTH = 12;

/** `█████░░░░░░░ 85 % of 99 %`; evidence below nothing is an empty bar. */
function bar(value: number, limit: number, paint: (text: string) => string): string {
  const share = limit > 0 && Number.isFinite(value) ? Math.min(Math.max(value / limit, 0), 1) : 0;
  const filled = Math.round(share * WIDTH);
  return (
    `${paint('█'.repeat(filled))}${'░'.repeat(WIDTH - filled)} ${certainty(value).padStart(NUMBER)} of ` +
    `${certainty(limit)}`
  );
}

/** "> 99.9 %" is the longest. */
const NUMBER = 8;

/** Two bars with their numbers beside each other need so many columns. */
const BESIDE = 72;

/**
 * Each gate's certainty: on the left what speaks against green, which stops it when the bar is full, and on the right
 * the proof of no harm, which promotes it when every bar is full. On a narrow screen the one stands below the other.
 */
export function gateLines(
  gates: readonly GateView[],
  { paint, columns }: { readonly paint: Paint; readonly columns: number },
): readonly string[] {
  if (gates.length === 0) return [];
  const observed = gates.flatMap((one) => (one.observed === null ? [] : [`  ${one.gate}  ${one.observed}`]));
  const bars = gates
    .filter((one) => one.observed === null)
    .map(({ gate, against, stopAt, proof, passAt }) => {
      const danger = against >= stopAt ? paint.bad : against >= stopAt / 2 ? paint.warn : paint.dim;
      const proven = proof >= passAt ? paint.good : paint.dim;
      // The first bar's width on the screen is known: twelve blocks and its numbers.
      const taken = WIDTH + 1 + NUMBER + 4 + certainty(stopAt).length;
      return { gate, taken, left: bar(against, stopAt, danger), right: bar(proof, passAt, proven) };
    });
  if (columns < BESIDE)
    return [
      paint.dim('  gate: worse, stops when full; no harm'),
      ...bars.flatMap(({ gate, left, right }) => [`  ${gate}`, `    ${left}`, `    ${right}`]),
      ...observed,
    ];
  const width = Math.max(12, ...gates.map(({ gate }) => gate.length)) + 2;
  return [
    paint.dim(`  ${'gate'.padEnd(width)}${'worse: stops when full'.padEnd(34)}no harm: passes when full`),
    ...bars.map(
      ({ gate, taken, left, right }) => `  ${gate.padEnd(width)}${left}${' '.repeat(Math.max(2, 34 - taken))}${right}`,
    ),
    ...observed,
  ];
}
