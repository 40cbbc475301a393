/** 12,345. */
export const whole = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });

/** "1 minute", "2 minutes". */
export const some = (value: number, what: string): string => `${whole(value)} ${what}${value === 1 ? '' : 's'}`;

/** "0.25 %" below 10 %, "12.5 %" from there on. */
export const percent = (share: number): string =>
  share === 0 ? '0\u00a0%' : `${(share * 100).toFixed(Math.abs(share) < 0.1 ? 2 : 1)}\u00a0%`;

/** Percentage points with their sign: "+1.25". */
export const points = (share: number): string => {
  const text = (share * 100).toFixed(Math.abs(share) < 0.1 ? 2 : 1);
  return share > 0 ? `+${text}` : text.replace('-', '\u2212');
};

/** Evidence, the natural logarithm of an e-value: one decimal tells enough. */
export const evidence = (value: number): string =>
  value
    .toFixed(1)
    .replace('-', '\u2212')
    .replace(/^\u22120\.0$/, '0.0');
