import type { Adapters } from '../../adapters/adapters';
import { THROTTLES } from '../../contract/errors';
import type { KeptReplay, ReplayRequest } from '../../contract/replay';
import type { RolloutState } from '../../contract/rollout-state';
import { judgePairs, type PairedRules } from '../../domain/judge/paired/judge-pairs';
import type { Pair } from '../../domain/judge/paired/pair';
import { meanOf } from '../../domain/statistics/summaries';
import { MINUTE_MS, settledUntil } from '../../domain/minutes';
import { askPair, type RefusedByBoth } from './ask-pairs';

type Needs = Pick<Adapters, 'accountLimits' | 'clock' | 'endpointCalls' | 'evidence' | 'hash'>;

/** A chunk begins no pair after this; its handler has five minutes, and what was begun is waited for. */
export const CHUNK_MS = 120_000;
/** A pair that is not answered by then is left for the next chunk. */
const LATEST_MS = 210_000;
/** Pairs at once: a tenth of what the account has for functions without a reservation, so that users have the rest. */
const MOST_AT_ONCE = 8;
const PART_OF_ACCOUNT = 10;
/** Of what the endpoint's own users leave: they may be four times as many a moment later. */
const PART_OF_FREE = 4;
/** Executions that users have at once, to those of an average moment of the minute. */
const PEAK = 2;
/** Where Lambda or CloudWatch does not say how much that is. */
const CAUTIOUS = 2;
/** A request's time before the first pair has shown it. */
const UNKNOWN_MS = 1_000;
/**
 * So often a chunk asks the judge whether it is over: a bad green is known after a dozen pairs, and need not be asked
 * thousands.
 */
const JUDGED_EVERY = 50;
const THROTTLED_PAUSE_MS = 2_000;

/** What was asked so far, with what this chunk has added. */
export interface AskedPairs {
  readonly asked: number;
  readonly pairs: readonly Pair[];
  /** Requests that both versions refuse, which make no pair. @default none */
  readonly refused?: KeptReplay['refused'];
}

/** Asks pairs, in the order drawn, a few at once, until the time of a chunk is over or they decide. */
export async function askChunk(
  ports: Needs,
  state: RolloutState,
  kept: Pick<KeptReplay, 'asked' | 'pairs' | 'refused' | 'requests'>,
  rules: PairedRules,
  read: (id: string) => Promise<ReplayRequest | undefined>,
): Promise<AskedPairs> {
  const begun = ports.clock.now();
  const atOnce = await pairsAtOnce(ports, state, kept.pairs);
  const versions = { blue: state.blue.version, green: state.green.version ?? '' };
  const answers = new Map<number, Pair | RefusedByBoth | undefined>();
  const again: number[] = [];
  let [next, alive, decided] = [kept.asked, atOnce, false];
  /**
   * The first that has no answer yet, and what was answered before it: the order of the draw, and not of the answers.
   */
  const inOrder = () => {
    const pairs: Pair[] = [...kept.pairs];
    let { asked, refused } = kept;
    for (; answers.has(asked); asked += 1) {
      const answer = answers.get(asked);
      if (answer === undefined) continue;
      if (!('refused' in answer)) pairs.push(answer);
      else refused = { count: (refused?.count ?? 0) + 1, first: refused?.first ?? answer.refused };
    }
    return { asked, pairs, ...(refused && { refused }) };
  };
  const verdictOf = (pairs: readonly Pair[]) => judgePairs(pairs, rules, 'more').verdict;
  const worker = async (): Promise<void> => {
    while (!decided && ports.clock.now() < begun + CHUNK_MS) {
      const index = again.shift() ?? next++;
      const id = kept.requests[index];
      if (id === undefined) {
        alive -= 1;
        return;
      }
      try {
        const request = await read(id);
        const pair = request && (await askPair(ports, state, versions, request));
        answers.set(index, pair);
        // Total failure is known after one.
        if (pair && 'eachOf' in pair) decided ||= verdictOf(inOrder().pairs) !== 'continue';
      } catch (error) {
        if (!isThrottle(error)) throw error;
        // Users come first: one fewer is asked at once from now on, and the last one pauses.
        again.push(index);
        if (alive > 1) {
          alive -= 1;
          return;
        }
        await ports.clock.sleep(THROTTLED_PAUSE_MS);
      }
      if (answers.size % JUDGED_EVERY === 0) decided ||= verdictOf(inOrder().pairs) !== 'continue';
    }
  };
  const workers = Promise.all(Array.from({ length: atOnce }, worker));
  await Promise.race([workers, ports.clock.sleep(LATEST_MS)]);
  return inOrder();
}

const isThrottle = (error: unknown): boolean =>
  error instanceof Error && (THROTTLES as readonly string[]).includes(error.name);

/**
 * As many as the account and the endpoint's own users leave, of what is reserved for its function or else of what
 * functions share.
 */
async function pairsAtOnce(ports: Needs, state: RolloutState, pairs: readonly Pair[]): Promise<number> {
  const { accountLimits } = ports;
  const [shared, own, users] = await Promise.all([
    accountLimits.unreservedExecutions().catch(() => undefined),
    accountLimits.reservedExecutions(state.config.functionName).catch(() => 'unknown' as const),
    usersAtOnce(ports, state, pairs),
  ]);
  const all = own === 'unknown' ? undefined : (own ?? shared);
  if (all === undefined || users === undefined) return CAUTIOUS;
  const free = Math.floor((all - PEAK * users) / PART_OF_FREE);
  return Math.max(1, Math.min(MOST_AT_ONCE, free, own === undefined ? Math.floor(all / PART_OF_ACCOUNT) : Infinity));
}

/** Requests of the last settled minute, times the time that one takes blue: how many run at an average moment. */
async function usersAtOnce(
  { clock, evidence }: Needs,
  { config, blue }: RolloutState,
  pairs: readonly Pair[],
): Promise<number | undefined> {
  const minute = settledUntil(clock.now()) - MINUTE_MS;
  const requests = await evidence.fetchRequests(config, blue.version, minute).catch(() => 'unavailable' as const);
  if (requests === 'unavailable') return undefined;
  const times = pairs.flatMap((pair) => pair.blue.ms ?? []);
  return (requests * (times.length === 0 ? UNKNOWN_MS : meanOf(times))) / MINUTE_MS;
}
