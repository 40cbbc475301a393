import type { Adapters } from '../../adapters/adapters';
import type { AliasState } from '../../adapters/lambda/aliases';
import type { RolloutEntry } from '../../contract/rollout-record';

/** How many rollouts are looked at for one that was never closed: one read of the list, which says so. */
export const NEWEST_ROLLOUTS = 5;

/** A pass takes less where there is nothing to do. */
const READ_FOR_MS = 2_000;

type Needs = Pick<Adapters, 'clock' | 'liveAlias' | 'records'>;
export type ReadOnce<N extends Needs> = N & { readonly forget: () => void };

/**
 * A pass asks the alias of an endpoint once, and the list of its rollouts: a thousand of them in five minutes are three
 * of the 15 control-plane calls a second that their rollouts share. What is written afterwards names the revision that
 * was read, or fails. What waits for another's write, or closes a rollout, reads anew; after it what was read is to be
 * forgotten.
 */
export function readOnce<N extends Needs>(ports: N): ReadOnce<N> {
  const { clock, liveAlias, records } = ports;
  let alias: { readonly value: AliasState; readonly at: number } | undefined;
  let rollouts: { readonly value: readonly RolloutEntry[]; readonly at: number } | undefined;
  const isFresh = (read: { readonly at: number } | undefined): boolean =>
    read !== undefined && read.at >= clock.now() - READ_FOR_MS;
  const forget = (): void => {
    alias = undefined;
    rollouts = undefined;
  };
  return {
    ...ports,
    forget,
    liveAlias: {
      readLiveAlias: async (functionName) => {
        if (!isFresh(alias)) alias = { at: clock.now(), value: await liveAlias.readLiveAlias(functionName) };
        return alias!.value;
      },
      writeLiveAlias: (...change) => {
        forget();
        return liveAlias.writeLiveAlias(...change);
      },
    },
    records: {
      ...records,
      listRollouts: async (endpoint, limit) => {
        if (!isFresh(rollouts))
          rollouts = { at: clock.now(), value: await records.listRollouts(endpoint, NEWEST_ROLLOUTS) };
        return rollouts!.value.slice(0, limit);
      },
    },
  };
}
