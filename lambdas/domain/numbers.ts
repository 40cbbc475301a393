/** All numbers that people read, on pages, in notices and in terminals; the same on every machine: no locale. */

/** 1204 -> "1,204", 1203.6 -> "1,204". */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** A share as a percentage: 0.0473 -> "4.7 %", 0.00028 -> "0.03 %", 1 -> "100 %"; never rounds to 0 or 100 what is not. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return '0 %';
  if (value < 0.01) return '< 0.01 %';
  if (value < 1) return `${trimmed(value.toFixed(2))} %`;
  return value < 100 && value >= 99.95 ? '> 99.9 %' : `${trimmed(value.toFixed(1))} %`;
}

/** "57 of 1,204 requests (4.7 %)", and without a share of nothing. */
export function shareOf(events: number, requests: number, what: string): string {
  const counts = `${count(events)} of ${count(requests)} ${what}`;
  return requests === 0 ? counts : `${counts} (${percent(events / requests)})`;
}

/** ln of an e-value: 4.605 -> "4.6", -0.02 -> "0.0", -3.21 -> "−3.2". */
export function evidence(value: number): string {
  const rounded = value.toFixed(1);
  return rounded === '-0.0' ? '0.0' : rounded.replace('-', '\u2212');
}

/** A number and the limit that it reached, with a second digit when one would hide the difference. */
export function exceeds(value: number, limit: number): string {
  const digits = evidence(value) === evidence(limit) ? 2 : 1;
  return `evidence ${value.toFixed(digits)} exceeds the limit ${limit.toFixed(digits)}`;
}

/** What there is of what is needed: "evidence 1.9 of the 3.0 needed". */
export function lacks(value: number, needed: number): string {
  const digits = value < needed && evidence(value) === evidence(needed) ? 2 : 1;
  return `evidence ${digits === 2 ? value.toFixed(2) : evidence(value)} of the ${needed.toFixed(digits)} needed`;
}

/** A duration: 12.43 -> "12.4 ms", 250.2 -> "250 ms", 0.834 -> "0.83 ms". */
export function milliseconds(value: number): string {
  if (value >= 100) return `${count(Math.round(value))} ms`;
  return `${trimmed(value.toFixed(value >= 10 ? 1 : 2))} ms`;
}

/** A difference of shares: 0.01 -> "1 point", 0.005 -> "0.5 points". */
export function points(share: number): string {
  const value = pointsOf(share);
  return `${value} ${value === '1' ? 'point' : 'points'}`;
}

/** A difference of shares with its sign, in percentage points: 0.0125 -> "+1.25", -0.25 -> "−25". */
export const signedPoints = (share: number): string => {
  const value = pointsOf(share).replace('-', '\u2212');
  return share > 0 ? `+${value}` : value;
};

/** A model's error or score, in the unit of its labels: four significant digits. */
export const score = (value: number): string => value.toPrecision(4);

/** An amount that is estimated or small: two significant digits, whole from 10 on. 0.0412 -> "0.041", 1204.4 -> "1,204". */
export const roughly = (value: number): string =>
  Math.abs(value) >= 10 ? count(value) : String(Number(value.toPrecision(2)));

/** 0.0116 -> "0.0116 USD": three significant digits, and cents from a dollar on. */
export function usd(value: number): string {
  if (value >= 1) return `${value.toFixed(2)} USD`;
  const decimals = 2 - Math.floor(Math.log10(value || 1));
  return `${Number(value.toPrecision(3)).toFixed(Math.min(7, Math.max(2, decimals)))} USD`;
}

/** 0.95 -> "p95", 0.999 -> "p99.9". */
export const quantile = (share: number): string => `p${trimmed((share * 100).toFixed(2))}`;

/** "1 minute", "15 minutes", "1 invocation error". */
export const some = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const pointsOf = (share: number): string => trimmed((share * 100).toFixed(Math.abs(share) < 0.1 ? 2 : 1));

const trimmed = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);
