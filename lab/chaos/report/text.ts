import type { ChaosReport } from './report';

/** The report for people. */
export function reportText(report: ChaosReport): string {
  const { runs, firstSeed, runsPerSecond, rollouts, breaches, sites, sitesNotFailed, permissionsNotUsed, safety } =
    report;
  const faults = Object.values(report.faults).reduce((sum, count) => sum + count, 0);
  return [
    `${runs} runs from seed ${firstSeed}, ${runsPerSecond} a second: ${rollouts} rollouts, ${faults} faults, ` +
      `${breaches.length} broken promises`,
    '',
    ...section(
      'Broken promises',
      breaches.map(({ seed, promise, what }) => `seed ${seed}, promise ${promise}: ${what}`),
    ),
    table(['fault', 'times'], Object.entries(report.faults)),
    '',
    'Seconds from a fault until users were on blue or a promoted green alone (rollouts that ended while green ' +
      'had users)',
    table(
      ['fault', 'rollouts', 'p50', 'p95', 'max'],
      safety.map((row) => [row.kind, row.rollouts, row.p50, row.p95, row.max]),
    ),
    '',
    table(
      ['call site', 'calls', 'failed before', 'failed after'],
      sites.map((row) => [row.site, row.calls, row.before, row.after]),
    ),
    '',
    ...section('Call sites that never failed one way', sitesNotFailed),
    ...section('Permissions that no run used', permissionsNotUsed),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title} (${lines.length})`, ...lines.map((line) => `  ${line}`), ''];
}

type TextCell = string | number;

/** Columns as wide as their widest cell; numbers to the right, rounded to a tenth. */
function table(head: readonly string[], rows: readonly (readonly TextCell[])[]): string {
  const text = (cell: TextCell) => (typeof cell === 'number' ? `${Math.round(cell * 10) / 10}` : cell);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => text(row[column] ?? '').length)),
  );
  const padded = (cell: TextCell, numeric: boolean, width: number) =>
    numeric && typeof cell === 'number' ? text(cell).padStart(width) : text(cell).padEnd(width);
  const line = (cells: readonly TextCell[], numeric: boolean) =>
    ['', ...cells.map((cell, column) => padded(cell, numeric, widths[column]!))].join('  ').trimEnd();
  return [line(head, false), ...rows.map((row) => line(row, true))].join('\n');
}
