import type { GateView } from '../../../lambdas/steps/operations/view';
import type { Paint } from './paint';

const WIDTH = 12;

/** `█████░░░░░░░ 1.9 of 4.6`; evidence below nothing is an empty bar. */
function bar(value: number, limit: number, paint: (text: string) => string): string {
  const share = limit > 0 && Number.isFinite(value) ? Math.min(Math.max(value / limit, 0), 1) : 0;
  const filled = Math.round(share * WIDTH);
  return `${paint('█'.repeat(filled))}${'░'.repeat(WIDTH - filled)} ${number(value).padStart(5)} of ${number(limit)}`;
}

const number = (value: number): string => (Number.isFinite(value) ? value.toFixed(1) : value > 0 ? '∞' : '-∞');

/**
 * Each gate's evidence: on the left what speaks against green, which stops it when the bar is full, and on the right the
 * proof of no harm, which promotes it when every bar is full.
 */
export function gateLines(gates: readonly GateView[], paint: Paint): readonly string[] {
  if (gates.length === 0) return [];
  const width = Math.max(12, ...gates.map(({ gate }) => gate.length)) + 2;
  const head = `  ${'gate'.padEnd(width)}${'against green: stops when full'.padEnd(34)}proof of no harm`;
  return [
    paint.dim(head),
    ...gates.map(({ gate, against, stopAt, proof, passAt }) => {
      const danger = against >= stopAt ? paint.bad : against >= stopAt / 2 ? paint.warn : paint.dim;
      const proven = proof >= passAt ? paint.good : paint.dim;
      const left = bar(against, stopAt, danger);
      // The first bar's width on the screen is known: twelve blocks and its numbers.
      const pad = ' '.repeat(
        Math.max(2, 34 - (WIDTH + 1 + Math.max(5, number(against).length) + 4 + number(stopAt).length)),
      );
      return `  ${gate.padEnd(width)}${left}${pad}${bar(proof, passAt, proven)}`;
    }),
  ];
}
