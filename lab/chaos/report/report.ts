import { FAULT_KINDS } from '../plan/plan';
import type { Breach } from '../promises/found';
import type { RunResult } from '../search/run-one';
import { like } from '../../../simulator/iam/statement';

/** Seconds of world time from a fault until users were on blue or on a promoted green again. */
export interface SafetyRow {
  readonly kind: string;
  readonly rollouts: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface ChaosReport {
  readonly runs: number;
  readonly firstSeed: number;
  readonly runsPerSecond: number;
  readonly rollouts: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly breaches: readonly (Breach & { readonly seed: number })[];
  readonly sites: readonly {
    readonly site: string;
    readonly calls: number;
    readonly before: number;
    readonly after: number;
  }[];
  /** Call sites that never failed before, or never after their effect. */
  readonly sitesNotFailed: readonly string[];
  /** Granted to a handler, and used in no run. */
  readonly permissionsNotUsed: readonly string[];
  readonly safety: readonly SafetyRow[];
}

/** What AWS's services do with a role by themselves. */
const BY_SERVICES = /^\S+ (logs|xray|sqs|kms):/;

/** Adds up runs as they come in: their order changes nothing. */
export class Tally {
  private readonly results: RunResult[] = [];

  add(result: RunResult): void {
    this.results.push(result);
  }

  report(firstSeed: number, seconds: number): ChaosReport {
    const runs = [...this.results].sort((a, b) => a.seed - b.seed);
    const sites = sumSites(runs);
    const sum = (kind: string) => runs.reduce((total, { faults }) => total + (faults[kind] ?? 0), 0);
    const used = new Set(runs.flatMap((run) => run.used));
    const granted = [...new Set(runs.flatMap((run) => run.granted))].filter((one) => !BY_SERVICES.test(one));
    return {
      ...{ runs: runs.length, firstSeed, sites, safety: safetyRows(runs) },
      runsPerSecond: Math.round((10 * runs.length) / seconds) / 10,
      rollouts: runs.reduce((total, run) => total + run.rollouts, 0),
      faults: Object.fromEntries(FAULT_KINDS.map((kind) => [kind, sum(kind)])),
      breaches: runs.flatMap(({ seed, breaches }) => breaches.map((breach) => ({ seed, ...breach }))),
      sitesNotFailed: sites
        .filter(({ site }) => runs.filter((run) => site in run.sites).length * ONCE_IN >= runs.length)
        .flatMap(({ site, before, after }) => [
          ...(before === 0 ? [`${site}, before its effect`] : []),
          ...(after === 0 ? [`${site}, after its effect`] : []),
        ]),
      permissionsNotUsed: granted.filter((one) => ![...used].some((other) => covers(one, other))).sort(),
    };
  }
}

/**
 * Whether one that fewer runs reach ever fails one way is luck: some runs of a thousand have it fail so, and there are
 * 360 such ways.
 */
const ONCE_IN = 2;

/** A grant may end in a star; both begin with the handler. */
function covers(granted: string, used: string): boolean {
  const [handler, action = ''] = granted.split(' ');
  const [by, what = ''] = used.split(' ');
  return handler === by && like(action, what);
}

function sumSites(runs: readonly RunResult[]): ChaosReport['sites'] {
  const sums = new Map<string, [number, number, number]>();
  for (const { sites } of runs)
    for (const [site, counts] of Object.entries(sites)) {
      const sum = sums.get(site) ?? [0, 0, 0];
      sums.set(site, [sum[0] + counts[0], sum[1] + counts[1], sum[2] + counts[2]]);
    }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([site, [calls, before, after]]) => ({ site, calls, before, after }));
}

function safetyRows(runs: readonly RunResult[]): readonly SafetyRow[] {
  const all = runs.flatMap(({ safety }) => safety);
  const kinds = new Set<string>([...FAULT_KINDS, 'rollback', 'no fault', ...all.map(({ kind }) => kind).sort()]);
  return [...kinds].flatMap((kind): readonly SafetyRow[] => {
    const seconds = all
      .filter((one) => one.kind === kind)
      .map((one) => one.seconds)
      .sort((a, b) => a - b);
    if (seconds.length === 0) return [];
    const at = (share: number) => seconds[Math.ceil(share * seconds.length) - 1] ?? 0;
    return [{ kind, rollouts: seconds.length, p50: at(0.5), p95: at(0.95), max: at(1) }];
  });
}
