import type { CostLine } from '../../lambdas/domain/cost/cost-of';
import { wrapped } from '../render/text';
import { roughly, usd } from '../../lambdas/domain/numbers';
import { DAYS_PER_MONTH } from '../../lambdas/domain/cost/prices';
import type { CostReport } from './cost-report';

/** A report for a person: what the rollout cost line by line, the day without one, and what it is compared with. */
export function costInWords(
  { rollout, outcome, cost, standing, nextEndpoint, alwaysOn }: CostReport,
  columns = 120,
): string {
  const { prices } = cost;
  return [
    `${rollout} (${outcome}) cost ${usd(cost.usd)}`,
    ...table(cost.lines, columns),
    '',
    `The idle environment costs ${usd(standing.usdPerDay)} a day`,
    ...table(standing.lines, columns),
    '',
    ...wrapped(
      `Each endpoint more of its kind adds ${usd(nextEndpoint.usdPerDay * DAYS_PER_MONTH)} a month at rest; most is ` +
        `for ${nextEndpoint.largest.what} (${usd(nextEndpoint.largest.usd * DAYS_PER_MONTH)})`,
      columns,
    ),
    ...wrapped(
      `Two ${alwaysOn.instance} instances that are always on: ${usd(alwaysOn.usdPerDay)} a day (${alwaysOn.source})`,
      columns,
    ),
    ...wrapped(
      `Prices of ${prices.region}, ${prices.asOf}, without free tiers: ${prices.source}. "counted" follows from ` +
        `the record or the template, "estimated" from what such a step usually takes. Not in it: users' requests ` +
        'and their logs, which are paid whichever version answers, traces, and notices.',
      columns,
    ),
  ].join('\n');
}

/** Where a row is too wide, its numbers stand below its name. */
function table(lines: readonly CostLine[], columns: number): string[] {
  const rows = lines.map(({ what, quantity, unit, usd: cost, basis }) => [
    what,
    `${roughly(quantity)} ${quantity === 1 ? unit.replace(/s$/, '') : unit}`,
    usd(cost),
    basis,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const tooWide = widths.reduce((sum, width) => sum + width + 2, 2) + 'estimated'.length > columns;
  if (tooWide)
    return rows.flatMap(([what = '', ...numbers]) => [
      ...wrapped(what, columns, '  '),
      ...wrapped(numbers.join('  '), columns, '    '),
    ]);
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
