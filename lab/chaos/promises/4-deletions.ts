import type { AliasChange, Deletion } from '../world/story';
import type { Breach, EndpointFound, Found } from './found';

const MINUTE_MS = 60_000;

/**
 * A version that the alias uses, the rollback target, and what was live within the rollback window are never deleted.
 */
export function deletions({ endpoints, story }: Found): readonly Breach[] {
  return endpoints.flatMap((endpoint) =>
    story.deletions
      // What a person deletes is theirs.
      .filter(({ functionName, by }) => functionName === endpoint.config.functionName && by !== 'person')
      .flatMap((deletion): readonly Breach[] => {
        const why = whyProtected(deletion, endpoint);
        if (why === undefined) return [];
        return [
          { promise: 4, what: `${endpoint.plan.name}: ${deletion.by} deleted version ${deletion.version}: ${why}` },
        ];
      }),
  );
}

interface ProtectedPeriod {
  readonly version: string;
  readonly from: number;
  readonly until: number;
}

function whyProtected({ at, version }: Deletion, { aliases, plan, moved }: EndpointFound): string | undefined {
  const before = aliases.filter((change) => change.at <= at);
  const now = before.at(-1)?.after;
  if (now?.version === version || (now && version in now.weights)) return 'the alias uses it';
  // Which versions a person made live is in no record.
  if (moved) return undefined;
  const periods = periodsOf(before, at);
  const target = periods.findLast((period) => period.version !== now?.version);
  if (target?.version === version && lastsLong(target)) return 'it is the rollback target';
  const windowMs = (plan.settings.rollbackWindowMinutes ?? 0) * MINUTE_MS;
  const recent = periods.some((one) => one.version === version && lastsLong(one) && one.until >= at - windowMs);
  return recent ? 'it was live within the rollback window' : undefined;
}

function periodsOf(changes: readonly AliasChange[], now: number): readonly ProtectedPeriod[] {
  return changes.map(({ at, after }, index) => ({
    ...{ version: after.version, from: at, until: changes[index + 1]?.at ?? now },
  }));
}

/** A version that a step made live and lost again at once may never have been known as live. */
const lastsLong = ({ from, until }: ProtectedPeriod): boolean => until - from >= MINUTE_MS;
