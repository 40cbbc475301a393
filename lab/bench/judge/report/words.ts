/** A share as percent: as many decimals as asked for, or enough to see it, and none that is 0. */
export function percent(share: number | undefined, decimals?: number): string {
  if (share === undefined || Number.isNaN(share)) return '–';
  const value = 100 * share;
  return `${Number(value.toFixed(decimals ?? (value < 0.1 ? 3 : value < 10 ? 2 : 1)))} %`;
}

/** A number of things: whole from ten on, with thousands set apart. */
export function count(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return value < 10 && !Number.isInteger(value)
    ? value.toFixed(1)
    : Math.round(value).toLocaleString('en', { useGrouping: true });
}

export const factor = (value: number | undefined, of: number): string =>
  value === undefined ? '–' : (value / of).toFixed(2);

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows].map(line).join('');
}
