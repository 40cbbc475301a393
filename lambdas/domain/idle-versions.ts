export interface Kept {
  readonly version: string;
  readonly why: string;
}

/** Whether a version was live within the rollback window, or is. */
export const isInRollbackWindow = (
  version: string,
  use: Pick<VersionUse, 'periods' | 'now' | 'rollbackWindowMs'>,
): boolean =>
  use.periods.some(
    (period) =>
      period.version === version &&
      (period.until === undefined || Date.parse(period.until) >= use.now - use.rollbackWindowMs),
  );

export interface VersionUse {
  /** Every published version of the endpoint's function. */
  readonly versions: readonly string[];
  /** Versions that any alias names, with or without a weight. */
  readonly aliased: readonly string[];
  /** When which version was live; newest first. */
  readonly periods: readonly { readonly version: string; readonly until?: string }[];
  readonly now: number;
  readonly rollbackWindowMs: number;
  /** How many versions that were live are kept, however long ago. */
  readonly keepVersions: number;
}

/**
 * Which versions may be deleted, and why the others stay: never one that an alias uses, never the rollback target, never
 * one inside the rollback window, and not the last few that were live. A version that never was live is idle at once.
 */
export function idleVersions(use: VersionUse): { readonly idle: readonly string[]; readonly kept: readonly Kept[] } {
  const wereLive = [...new Set(use.periods.map((period) => period.version))];
  const live = wereLive[0];
  const target = wereLive.find((version) => version !== live);
  const recent = wereLive.slice(0, use.keepVersions);
  const reasonToKeep = (version: string): string | undefined => {
    if (use.aliased.includes(version)) return 'an alias uses it';
    if (version === live) return 'it should be live';
    if (version === target) return 'the rollback target';
    if (isInRollbackWindow(version, use)) return 'within the rollback window';
    if (recent.includes(version)) return `among the last ${use.keepVersions} that were live`;
    return undefined;
  };
  const judged = use.versions.map((version) => ({ version, why: reasonToKeep(version) }));
  return {
    idle: judged.filter((one) => one.why === undefined).map((one) => one.version),
    kept: judged.flatMap(({ version, why }) => (why === undefined ? [] : [{ version, why }])),
  };
}
