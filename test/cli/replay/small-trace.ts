/** A trace as a person would write it by hand; a fresh object each time, to be spoilt. */
export function smallTrace() {
  const side = (overrides: Record<string, unknown> = {}) => ({
    ...{ invocations: 10, errors: 1, latency: [[0, 4] as number[], [2, 6]], classes: [5, 4] },
    ...overrides,
  });
  return {
    id: 'small',
    horizonMinutes: 3,
    latencyBins: { unit: 'ms', edge0: 50, ratio: 1.05, count: 20 } as Record<string, unknown>,
    classNames: ['cat', 'dog'] as string[] | undefined,
    baseline: [-2, -1].map((t) => ({ t, blue: side() })),
    rows: [1, 2, 3].map((t) => ({ t, weight: 0.1, blue: side(), green: side() })),
  };
}
export type SmallTrace = ReturnType<typeof smallTrace>;
