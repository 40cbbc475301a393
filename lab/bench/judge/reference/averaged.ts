import { logSumExp } from '../../../../lambdas/domain/statistics/summaries';

const { log } = Math;

/** ln of the average of e-values by their parts, after each minute; 0 where there is nothing to average. */
export function averaged(
  length: number,
  parts: readonly { readonly part: number; readonly series: readonly number[] }[],
): number[] {
  const whole = parts.reduce((sum, { part }) => sum + part, 0);
  return Array.from({ length }, (_, index) =>
    whole === 0 ? 0 : logSumExp(parts.map(({ part, series }) => log(part / whole) + (series[index] ?? 0))),
  );
}
