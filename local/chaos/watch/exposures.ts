import type { Found } from '../promises/found';
import type { FaultKind } from '../plan/plan';
import type { AliasChange, AliasSays, Injected } from './story';

/** A stretch of time in which users were on a green whose rollout could not go on. */
export interface Exposure {
  readonly endpoint: string;
  readonly rolloutId: string;
  readonly what: string;
  /** What made the rollout end: the first fault of the state that failed, or the end of the execution from outside. */
  readonly kind: FaultKind | 'no fault';
  readonly from: number;
  /** Infinity when it lasts. */
  readonly until: number;
  readonly endedAt: number;
}

const SECOND = 1_000;
/** Where the events of AWS arrive. */
const BY_EVENT_MS = 60 * SECOND;
/** One period of the reconciler, and what its work and the retries of its failed invocations take. */
const BY_RECONCILER_MS = (300 + 90) * SECOND;
const LONGEST_DELAY_MS = 65 * SECOND;
const RESTORERS: readonly string[] = ['restore-blue', 'safety-net', 'reconcile'];

/** One exposure per rollout that ended badly while its green had users, by the history of the alias. */
export function exposuresOf(found: Found): readonly Exposure[] {
  const ends = new Map(found.story.ends.filter(({ status }) => status !== 'SUCCEEDED').reverse().map((end) => [end.id, end])); // prettier-ignore
  return found.endpoints.flatMap(({ plan, aliases, records }) =>
    [...ends.values()].flatMap((end): readonly Exposure[] => {
      const own = aliases.filter(
        ({ rolloutId, by }) => rolloutId === end.id && (by === 'shift-traffic' || by === 'promote-green'),
      );
      if (own.length === 0) return [];
      const first = records.find(({ id }) => id === end.id)?.state?.blue.model === undefined;
      const exposed = (says: AliasSays) => isExposed(says, own, first);
      const cause = causeOf(end.id, end.at, found);
      const from = Math.max(cause.at, own[0]!.at);
      const at = aliases.filter((change) => change.at <= from).at(-1)?.after ?? own[0]!.after;
      const wasExposed = exposed(at) ? { after: at } : aliases.find((change) => change.at > from && change.at <= end.at && exposed(change.after)); // prettier-ignore
      if (!wasExposed) return [];
      const until = aliases.find((change) => change.at >= from && !stillExposed(change, end.id, exposed) && change.at >= (('at' in wasExposed ? (wasExposed).at : from))); // prettier-ignore
      return [{ endpoint: plan.name, rolloutId: end.id, what: JSON.stringify(wasExposed.after), kind: cause.kind, from, until: until?.at ?? Infinity, endedAt: end.at }]; // prettier-ignore
    }),
  );
}

const stillExposed = (change: AliasChange, id: string, exposed: (says: AliasSays) => boolean): boolean =>
  exposed(change.after) && (change.rolloutId === undefined || change.rolloutId === id) && change.by !== 'person';

function isExposed(says: AliasSays, own: readonly AliasChange[], first: boolean): boolean {
  const promoted = own.filter(({ by }) => by === 'promote-green').map(({ after }) => after.version);
  const shifted = own.flatMap(({ after }) => Object.keys(after.weights));
  return shifted.some((version) => version in says.weights) || (!first && promoted.includes(says.version));
}

/** The fault that an ended rollout is put down to. */
function causeOf(
  id: string,
  endedAt: number,
  { story, executions }: Found,
): Pick<Exposure, 'kind'> & { readonly at: number } {
  const about = story.injected.filter(({ rolloutId, at }) => rolloutId === id && at <= endedAt);
  const fromOutside = about.find(({ kind }) => kind === 'execution stopped' || kind === 'execution timed out');
  const lost = story.injected.find(({ kind, where }) => kind === 'event lost' && where.startsWith(`${id} `));
  if (fromOutside) return { kind: lost ? 'event lost' : fromOutside.kind, at: endedAt };
  const history = executions.find(({ name }) => name === id)?.history ?? [];
  const entered = history.filter(({ type, state = '' }) => type === 'StateEntered' && !/^(Abort|Revert|Rollout)/.test(state)); // prettier-ignore
  const failing = entered.at(-1);
  const first = about.find(({ at }) => at >= (failing?.at ?? endedAt));
  return first ? { kind: first.kind, at: first.at } : { kind: 'no fault', at: failing?.at ?? endedAt };
}

/** How long users may stay exposed, counted from the last fault that kept the lines of defence from their work. */
export function limitOf(
  { rolloutId, from, until, endedAt }: Exposure,
  { story, faultsUntil }: Found,
): { readonly limitMs: number; readonly fromMs: number } {
  const end = Math.min(until, Number.MAX_SAFE_INTEGER);
  const during = story.injected.filter(({ at }) => at >= from - LONGEST_DELAY_MS && at <= end);
  const disturbs = ({ handler, kind, where, rolloutId: about }: Injected): boolean =>
    (handler !== undefined && RESTORERS.includes(handler)) ||
    kind === 'tick lost' ||
    ((kind === 'event lost' || kind === 'event late') && where.startsWith(`${rolloutId} `)) ||
    (about === rolloutId && kind !== 'redrive');
  const disturbing = during.filter(disturbs);
  const restores = disturbing.some(({ handler, kind }) => (handler !== undefined && RESTORERS.includes(handler)) || /^(event|tick)/.test(kind)); // prettier-ignore
  const last = disturbing.filter(({ kind }) => !/^event/.test(kind)).at(-1);
  const delay = last && /slow|timed out/.test(last.kind) && last.kind !== 'execution timed out' ? LONGEST_DELAY_MS : 0;
  const fromMs = Math.max(
    from,
    last === undefined ? 0 : last.at + delay,
    Math.min(endedAt, until) === endedAt && !restores ? endedAt : 0,
  );
  return { limitMs: restores && fromMs <= faultsUntil + BY_RECONCILER_MS ? BY_RECONCILER_MS : BY_EVENT_MS, fromMs };
}
