/** All numbers that people read, on pages, in notices and in terminals; the same on every machine: no locale. */

/** 1204 -> "1,204", 1203.6 -> "1,204". */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/**
 * A share as a percentage: 0.0473 -> "4.7 %", 0.00028 -> "0.03 %", 1 -> "100 %"; never rounds to 0 or 100 what is not.
 */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return '0 %';
  if (value < 0.01) return '< 0.01 %';
  if (value < 1) return `${trimmed(value.toFixed(2))} %`;
  return value < 100 && value >= 99.95 ? '> 99.9 %' : `${trimmed(value.toFixed(1))} %`;
}

/** "4.7 % (57 of 1,204 requests)", and without a share of nothing. */
export function shareOf(events: number, requests: number, what: string): string {
  const counts = `${count(events)} of ${count(requests)} ${what}`;
  return requests === 0 ? counts : `${percent(events / requests)} (${counts})`;
}

/** ln of an e-value: 4.605 -> "4.6", -0.02 -> "0.0", -3.21 -> "−3.2". */
export function evidence(value: number): string {
  const rounded = value.toFixed(1);
  return rounded === '-0.0' ? '0.0' : rounded.replace('-', '\u2212');
}

/**
 * How sure ln of an e-value makes: where the contrary is true, the chance that it is ever reached is at most 1/e-value
 * (Ville), so 4.605 -> "99 %", 0 or less -> "0 %", 7 -> "> 99.9 %".
 */
export function certainty(logEvidence: number): string {
  const share = certain(logEvidence);
  return share >= 0.999 ? '> 99.9 %' : percent(share);
}

const certain = (logEvidence: number): number => (logEvidence <= 0 ? 0 : -Math.expm1(-logEvidence));

/** "worse (certainty 99.4 %, stopped from 99 %)": what was reached, and the limit that it is beyond. */
export function worse(value: number, limit: number): string {
  const [found, most] = apart(value, limit);
  return `worse (certainty ${found.replace('> ', 'above ')}, stopped from ${most})`;
}

/** What there is of what is needed: "certainty 85 % of the 95 % needed". */
export function lacks(value: number, needed: number): string {
  const [found, least] = value < needed ? apart(value, needed) : [certainty(value), certainty(needed)];
  return (
    `certainty ${found.replace('> ', 'above ')} ${value < needed ? 'of the' : 'where'} ${least} ` +
    `${value < needed ? 'needed' : 'is needed'}`
  );
}

/** Two certainties with as few digits as tell them apart. */
function apart(value: number, other: number): readonly [string, string] {
  if (certainty(value) !== certainty(other)) return [certainty(value), certainty(other)];
  const [found, limit] = [certain(value) * 100, certain(other) * 100];
  const digits = [2, 3, 4, 5].find((few) => found.toFixed(few) !== limit.toFixed(few)) ?? 6;
  return [nearly(found, digits), nearly(limit, digits)];
}

/** No certainty is 100 %: what would be rounded to it is above the largest number of so many digits. */
function nearly(certain: number, digits: number): string {
  const rounded = certain.toFixed(digits);
  return Number(rounded) < 100 ? `${rounded} %` : `> 99.${'9'.repeat(digits)} %`;
}

/** A duration: 12.43 -> "12.4 ms", 250.2 -> "250 ms", 0.834 -> "0.83 ms". */
export function milliseconds(value: number): string {
  if (value >= 100) return `${count(value)} ms`;
  if (value > 0 && value < 0.005) return '< 0.01 ms';
  return `${trimmed(value.toFixed(value >= 10 ? 1 : 2))} ms`;
}

/** A difference of shares: 0.01 -> "1 point", 0.005 -> "0.5 points". */
export function points(share: number): string {
  const value = pointsOf(share);
  if (share > 0 && value === '0') return '< 0.01 points';
  return `${value} ${value === '1' ? 'point' : 'points'}`;
}

/** A difference of shares with its sign, in percentage points: 0.0125 -> "+1.25", -0.25 -> "−25". */
export const signedPoints = (share: number): string => {
  const value = pointsOf(share);
  if (/^-?0$/.test(value)) return '0';
  return share > 0 ? `+${value}` : value.replace('-', '\u2212');
};

/** A model's error or score, in the unit of its labels: four significant digits. */
export function score(value: number): string {
  return Math.abs(value) >= 999.95 ? count(value) : plainly(value, 4);
}

/**
 * An amount that is estimated or small: two significant digits, whole from 10 on. 0.0412 -> "0.041", 1204.4 -> "1,204".
 */
export const roughly = (value: number): string => (Math.abs(value) >= 10 ? count(value) : trimmed(plainly(value, 2)));

/** 0.0116 -> "0.0116 USD": three significant digits, and cents from a dollar on. */
export function usd(value: number): string {
  const rounded = Number(value.toPrecision(3));
  if (rounded >= 1 || value === 0) return `${value.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')} USD`;
  if (value < 5e-8) return '< 0.0000001 USD';
  const decimals = 2 - Math.floor(Math.log10(rounded));
  return `${rounded.toFixed(Math.min(7, decimals))} USD`;
}

/** 0.95 -> "p95", 0.999 -> "p99.9". */
export const quantile = (share: number): string => `p${trimmed((share * 100).toFixed(2))}`;

/** "1 minute", "15 minutes", "1 invocation error". */
export const some = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** So many significant digits, never with an exponent: 0.0000123 stays readable. */
function plainly(value: number, digits: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  const decimals = digits - 1 - Math.floor(Math.log10(Math.abs(rounded)));
  return rounded.toFixed(Math.min(100, Math.max(0, decimals)));
}

const pointsOf = (share: number): string => trimmed((share * 100).toFixed(Math.abs(share) < 0.1 ? 2 : 1));

const trimmed = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);
