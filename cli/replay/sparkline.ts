const LEVELS = '▁▂▃▄▅▆▇█';

/** One character per value, from 0 (and what is below) to `full` (and what is above). */
export const sparkline = (values: readonly number[], full: number): string =>
  values
    .map((value) => {
      const level = Math.round((value / full) * (LEVELS.length - 1));
      return LEVELS.charAt(Math.min(LEVELS.length - 1, Math.max(0, level)));
    })
    .join('');
