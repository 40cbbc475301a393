/** `12 %`, `1.2 %`, `0.12 %`: two digits, and no more than there is to say. */
export function percent(share: number): string {
  return `${digits(100 * share)} %`;
}

/** Two significant digits, whole from 10 on, with thousands set apart. */
export function digits(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude === 0) return '0';
  if (magnitude >= 10) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(2)));
}

/** `0.0116 USD`: three significant digits, and cents from a dollar on. */
export const usd = (value: number): string =>
  `${value >= 1 ? value.toFixed(2) : Number(value.toPrecision(3)).toFixed(Math.min(7, Math.max(2, 2 - Math.floor(Math.log10(value || 1)))))} USD`;
