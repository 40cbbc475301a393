import { MINUTE_MS } from './minutes';
import { type Period, type TakenBack, rollbackTargets } from './rollback';

/** The largest settings that an endpoint may have; the history of what was live is long enough for them. */
export const MAX_KEEP_VERSIONS = 100;
export const MAX_ROLLBACK_WINDOW_MINUTES = 30 * 24 * 60;

/** Periods that are kept as they were, though one version may have several: what people look at and undo. */
const NEWEST_PERIODS = 30;
/** The live version, and as many as may be kept beside it, are told with their models. */
const WITH_MODEL = MAX_KEEP_VERSIONS + 1;
/**
 * Bytes of the table's item, of 400 KB. A period with its model: key and version id of 1,024 each, the bucket's 63, the
 * sum's 64, two times, the fingerprint's 32, the names: 2.4 KB; 101 of them 242 KB. One without: 150 bytes; 899 of them
 * 135 KB.
 */
export const MAX_PERIODS = 1000;

/**
 * The periods that may still be needed, newest first: the newest ones, the last period of each of the last versions
 * that `keepVersions` can ask for, and of each version that was live within the longest rollback window.
 */
export function neededPeriods<P extends Period>(periods: readonly P[], now: number): readonly P[] {
  const windowStart = now - MAX_ROLLBACK_WINDOW_MINUTES * MINUTE_MS;
  const seen = new Set<string>();
  const needed = periods.filter(({ version, until }, index) => {
    const again = seen.has(version);
    seen.add(version);
    if (index < NEWEST_PERIODS) return true;
    if (again) return false;
    return seen.size <= WITH_MODEL || until === undefined || Date.parse(until) >= windowStart;
  });
  return needed.slice(0, MAX_PERIODS).map((period, index) => (index < WITH_MODEL ? period : withoutModel(period)));
}

function withoutModel<P extends Period>(period: P): P {
  const rest: P & { model?: unknown } = { ...period };
  delete rest.model;
  return rest;
}

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
  readonly periods: readonly Omit<Period, 'since'>[];
  readonly takenBack: readonly Pick<TakenBack, 'version'>[];
  /** What was live before this moment is not known: the list of it was lost. */
  readonly unknownBefore?: string | undefined;
  readonly now: number;
  readonly rollbackWindowMs: number;
  /** How many versions that were live are kept, however long ago. */
  readonly keepVersions: number;
}

/**
 * What was live before the oldest period that is kept may have been so within the window, and nothing says that it was.
 */
const isCutShort = ({ periods, now, rollbackWindowMs }: VersionUse): boolean => {
  const oldest = periods.at(-1)?.until;
  return periods.length >= MAX_PERIODS && oldest !== undefined && Date.parse(oldest) >= now - rollbackWindowMs;
};

/** A version that no period names may have been live before the periods begin, recently enough to be kept for it. */
const mayHaveBeenLive = ({ unknownBefore, periods, now, rollbackWindowMs, keepVersions }: VersionUse): boolean =>
  unknownBefore !== undefined &&
  (Date.parse(unknownBefore) >= now - rollbackWindowMs ||
    new Set(periods.map(({ version }) => version)).size <= keepVersions);

/**
 * Which versions may be deleted, and why the others stay: never one that an alias uses, never the rollback target,
 * never one inside the rollback window, and not the last few that were live. A version that never was live is idle at
 * once.
 */
export function idleVersions(use: VersionUse): { readonly idle: readonly string[]; readonly kept: readonly Kept[] } {
  const wereLive = [...new Set(use.periods.map((period) => period.version))];
  const live = wereLive[0];
  // What was live before is what a person looks at first, also when it was taken back and a rollback goes elsewhere.
  const before = wereLive.find((version) => version !== live);
  const [target] = live === undefined ? [] : rollbackTargets(live, use.periods, use.takenBack);
  const recent = wereLive.slice(0, use.keepVersions);
  const mayBeForgotten = isCutShort(use);
  const isUnknown = mayHaveBeenLive(use);
  const reasonToKeep = (version: string): string | undefined => {
    if (use.aliased.includes(version)) return 'an alias uses it';
    if (version === live) return 'it should be live';
    if (version === target || version === before) return 'the rollback target';
    if (isInRollbackWindow(version, use)) return 'within the rollback window';
    if (recent.includes(version)) return `among the last ${use.keepVersions} that were live`;
    if (mayBeForgotten && !wereLive.includes(version))
      return `more than ${MAX_PERIODS} were live within the rollback window`;
    if (isUnknown && !wereLive.includes(version)) return `what was live before ${use.unknownBefore} is not known`;
    return undefined;
  };
  const judged = use.versions.map((version) => ({ version, why: reasonToKeep(version) }));
  return {
    idle: judged.filter((one) => one.why === undefined).map((one) => one.version),
    kept: judged.flatMap(({ version, why }) => (why === undefined ? [] : [{ version, why }])),
  };
}
