import type { CostLine } from '../../lambdas/domain/cost/cost-of';
import { digits, usd } from '../plan/numbers';
import type { CostReport } from './cost-report';

/** A report for a person: what the rollout cost line by line, the day without one, and what it is compared with. */
export function costInWords({ rollout, outcome, cost, standing, alwaysOn }: CostReport): string {
  const { prices } = cost;
  return [
    `${rollout} (${outcome}) cost ${usd(cost.usd)}`,
    ...table(cost.lines),
    '',
    `The idle environment costs ${usd(standing.usdPerDay)} a day`,
    ...table(standing.lines),
    '',
    `Two ${alwaysOn.instance} instances that are always on: ${usd(alwaysOn.usdPerDay)} a day (${alwaysOn.source})`,
    `Prices of ${prices.region}, ${prices.asOf}, without free tiers: ${prices.source}. "counted" follows from the record or the`,
    'template, "estimated" from what such a step usually takes. Not in it: users\' requests and their logs, which are paid',
    'whichever version answers, traces, and notices.',
  ].join('\n');
}

function table(lines: readonly CostLine[]): string[] {
  const rows = lines.map(({ what, quantity, unit, usd: cost, basis }) => [
    what,
    `${quantity < 0.01 ? quantity.toPrecision(2) : digits(quantity)} ${unit}`,
    usd(cost),
    basis,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
