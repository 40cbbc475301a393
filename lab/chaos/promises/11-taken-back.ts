import type { AliasChange } from '../world/story';
import type { Breach, EndpointFound, Found } from './found';

const RESTORES: readonly string[] = ['restore-blue', 'safety-net', 'reconcile'];

/**
 * What was taken back stays back: no default puts a version into service that was reverted, aborted or rolled back
 * from.
 */
export function takenBack(found: Found): readonly Breach[] {
  return found.endpoints.flatMap((endpoint) =>
    endpoint.aliases.flatMap(({ at, by, rolloutId, before, after }): readonly Breach[] => {
      if (by !== 'promote-green' || before.version === after.version) return [];
      const input = found.executions.find(({ name }) => name === rolloutId)?.input ?? '';
      const byDefault = input.includes('"action":"rollback"') && !input.includes('"to":');
      if (!byDefault) return [];
      const why = takenBackBefore(after.version, at, endpoint, found);
      if (why === undefined) return [];
      return [
        {
          promise: 11,
          what:
            `${endpoint.plan.name}: rollback ${rolloutId ?? ''} put version ${after.version} into service by ` +
            `default, although ${why}`,
        },
      ];
    }),
  );
}

/** How a version lost its users for good before that moment, and by what it has not got them back since. */
export function takenBackBefore(
  version: string,
  at: number,
  { aliases, records }: EndpointFound,
  { executions }: Found,
): string | undefined {
  const inputOf = (id: string | undefined) => executions.find(({ name }) => name === id)?.input ?? '';
  const isRollback = (id: string | undefined) => inputOf(id).includes('"action":"rollback"');
  // The target of a rollback that broke off for an error is none the worse for that.
  const brokeOff = (id: string): boolean =>
    isRollback(id) && records.some((record) => record.id === id && record.decidedBy === 'check');
  let why: string | undefined;
  let last: AliasChange | undefined;
  for (const change of aliases) {
    if (change.at >= at) break;
    const { before, after, by, rolloutId = '' } = change;
    const had = before.version === version || version in before.weights;
    const has = after.version === version;
    if (had && !has && !(version in after.weights)) {
      // Weights that a person left are cleared too: that version was not judged bad.
      if (RESTORES.includes(by) && last?.by !== 'person' && !brokeOff(rolloutId))
        why = `${rolloutId || by} took it back`;
      if (by === 'promote-green' && isRollback(rolloutId)) why = `rollback ${rolloutId} left it`;
    }
    // A person who promotes it again, by upload or by its number, has changed their mind.
    if (has && before.version !== version) why = undefined;
    last = change;
  }
  // One that could not be put back was condemned as well.
  const stays = records.find(
    ({ outcome, state, endedAt = '' }) =>
      outcome === 'not-restored' && state?.green.version === version && Date.parse(endedAt) < at,
  );
  const isBack = aliases.some(
    (one) =>
      one.at > Date.parse(stays?.endedAt ?? '') && one.before.version !== version && one.after.version === version,
  );
  return why ?? (stays && !isBack ? `${stays.id} could not take it back` : undefined);
}
