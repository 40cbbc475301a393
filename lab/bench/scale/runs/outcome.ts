import type { QuotaName, QuotaUse } from '../../../../simulator/quotas';
import type { ScaleWorld } from '../world/scale-world';

/** What every run tells, whatever it was about. */
export interface Shared {
  /** Use of AWS's quotas while it was measured, by quota. */
  readonly uses: ReadonlyMap<QuotaName, QuotaUse>;
  /** What was found that must not be, in words; none where every promise held. */
  readonly broken: readonly string[];
  /** Requests of users that failed and should not have. */
  readonly failedRequests: number;
}

/**
 * The promises, at the end of a run: no rollout is left over, each has an end in its record, one version alone serves,
 * and it is the one that the outcome says. In an outage what the clock could not do is a dead letter, which an alarm
 * tells of. No event was given up.
 */
export function brokenPromises(
  world: ScaleWorld,
  name: string,
  expected: 'promoted' | 'blue',
  mayGiveUp = false,
): readonly string[] {
  const rollouts = world.rolloutsOf(name);
  const running = rollouts.filter(({ status }) => status === 'RUNNING');
  const ended = rollouts.filter(({ status }) => status === (expected === 'promoted' ? 'SUCCEEDED' : 'FAILED'));
  const others = rollouts.filter((one) => !running.includes(one) && !ended.includes(one));
  const aliases = rollouts.map((one) => world.aliasOf(world.names.indexOf(endpointOf(one.name))));
  const shared = aliases.filter((alias) => Object.keys(alias?.weights ?? {}).length > 0);
  const live = aliases.filter((alias) => alias?.version !== (expected === 'promoted' ? GREEN : BLUE));
  const { deadLetters } = world.world.invocations;
  return [
    ...some(running.length, 'rollouts still run'),
    ...some(others.length, `rollouts ended otherwise, the first as ${others[0]?.error ?? others[0]?.status}`),
    ...some(shared.length, 'live aliases still name two versions'),
    ...some(live.length, `live aliases name another version, the first ${live[0]?.version ?? 'none'}`),
    ...some(
      mayGiveUp ? 0 : deadLetters.length,
      `dead letters, the first ${JSON.stringify(deadLetters[0]?.error ?? '').slice(0, 200)}`,
    ),
  ];
}

/** The first deploy publishes a version without a model, the first model is the second. */
export const BLUE = '2';
const GREEN = '3';

const endpointOf = (executionName: string): string => executionName.replace(/-[0-9a-f]{12}-\d+$/, '');
const some = (count: number, what: string): readonly string[] => (count === 0 ? [] : [`${count} ${what}`]);

/** The value below which this share of them is; NaN where there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** NaN where there is none. */
export const largest = (values: readonly number[]): number => (values.length === 0 ? NaN : Math.max(...values));
