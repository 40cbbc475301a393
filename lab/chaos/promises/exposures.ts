import { STOPPED_BY_ROLLBACK } from '../../../lambdas/contract/names';
import { STATES } from '../../../lambdas/domain/workflow';
import type { EndpointFound, Found } from './found';
import type { FaultKind } from '../plan/plan';
import type { AliasChange, AliasSays, ExecutionEnd, Injected } from '../world/story';

/** A stretch of time in which users were on a green whose rollout could not go on. */
export interface Exposure {
  readonly endpoint: string;
  readonly rolloutId: string;
  readonly what: string;
  /** What made the rollout end: the first fault of the state that failed, or the end of the execution from outside. */
  readonly kind: FaultKind | 'rollback' | 'no fault';
  readonly from: number;
  /** When its green first got users. */
  readonly shiftedAt: number;
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
const WRITERS: readonly string[] = ['shift-traffic', 'promote-green'];
const RESTORERS: readonly string[] = ['restore-blue', 'safety-net', 'reconcile'];

/** One exposure per bad end of an execution whose green had users then, by the history of the alias. */
export function exposuresOf(found: Found): readonly Exposure[] {
  const ends = found.story.ends.filter(({ status }) => status !== 'SUCCEEDED');
  return found.endpoints.flatMap((endpoint) => ends.flatMap((end) => exposureOf(end, endpoint, found) ?? []));
}

function exposureOf(end: ExecutionEnd, { plan, aliases, records }: EndpointFound, found: Found): Exposure | undefined {
  const { id, at: endedAt } = end;
  if (hadPassed(end, found)) return undefined;
  // A redriven execution runs again: from then on its own workflow is responsible.
  const redriven = found.story.injected.find((one) => one.kind === 'redrive' && one.where === id && one.at > endedAt);
  const lasts = redriven?.at ?? Infinity;
  const mine = aliases.filter(({ at, rolloutId, by }) => at < lasts && rolloutId === id && WRITERS.includes(by));
  const [firstWrite] = mine;
  if (firstWrite === undefined) return undefined;
  if (isHidden(id, firstWrite.at, plan.name, records, found)) return undefined;
  const isFirst = records.find((record) => record.id === id)?.state?.blue.model === undefined;
  const exposed = (says: AliasSays) => isExposed(says, mine, isFirst);
  const cause = causeOf(end, found);
  const from = Math.max(cause.at, firstWrite.at);
  const begin = aliases.findLast(({ at }) => at <= from);
  const seen =
    begin && stillExposed(begin, id, exposed)
      ? begin
      : aliases.find(({ at, after, by }) => at > from && at <= endedAt && by !== 'person' && exposed(after));
  if (seen === undefined || wasConfirmed(end, seen, plan.name, found)) return undefined;
  const safe = aliases.find((change) => change.at >= Math.max(from, seen.at) && !stillExposed(change, id, exposed));
  const until = Math.min(safe?.at ?? Infinity, lasts);
  return {
    endpoint: plan.name,
    rolloutId: id,
    what: JSON.stringify(seen.after),
    kind: cause.kind,
    ...{ from, until, endedAt, shiftedAt: firstWrite.at },
  };
}

/**
 * A person wrote the alias' description between a promotion's write and its note: nothing says any more whose green is,
 * and people were told that it stays.
 */
const isHidden = (
  id: string,
  since: number,
  name: string,
  records: EndpointFound['records'],
  { story }: Found,
): boolean =>
  records.some((record) => record.id === id && record.outcome === 'not-restored') &&
  story.injected.some(({ kind, where, at }) => kind === 'description replaced' && where === name && at >= since);

/** A green that had passed its watch is promoted, whatever becomes of the execution that is about to say so. */
const hadPassed = ({ id, at: endedAt }: ExecutionEnd, { executions, endpoints }: Found): boolean =>
  endpoints.some(({ records }) => records.some((record) => record.id === id && record.outcome === 'promoted')) &&
  (executions.find(({ name }) => name === id)?.history ?? []).some(
    ({ type, state, at }) => type === 'StateEntered' && state === STATES.finishRollout && at <= endedAt,
  );

/** A person wrote that green alone is live, as the alias said anyway: theirs from then on, though the revision alone shows it. */
const wasConfirmed = (
  { at: endedAt, error }: ExecutionEnd,
  { at: since, after }: AliasChange,
  name: string,
  { story }: Found,
): boolean =>
  error === 'LiveAliasMoved' &&
  Object.keys(after.weights).length === 0 &&
  story.injected.some(
    ({ kind, where, at }) => kind === 'alias moved' && where === name && at >= since && at <= endedAt,
  );

const stillExposed = (change: AliasChange, id: string, exposed: (says: AliasSays) => boolean): boolean =>
  exposed(change.after) && (change.rolloutId === undefined || change.rolloutId === id) && change.by !== 'person';

function isExposed(says: AliasSays, own: readonly AliasChange[], first: boolean): boolean {
  const promoted = own.filter(({ by }) => by === 'promote-green').map(({ after }) => after.version);
  const shifted = own.flatMap(({ after }) => Object.keys(after.weights));
  return shifted.some((version) => version in says.weights) || (!first && promoted.includes(says.version));
}

/** The fault that an ended rollout is put down to. */
function causeOf(
  { id, at: endedAt, error }: ExecutionEnd,
  { story, executions }: Found,
): Pick<Exposure, 'kind'> & { readonly at: number } {
  const about = story.injected.filter(({ rolloutId, at }) => rolloutId === id && at <= endedAt);
  const fromOutside = about.find(({ kind }) => kind === 'execution stopped' || kind === 'execution timed out');
  const lost = story.injected.find(({ kind, where }) => kind === 'event lost' && where.startsWith(`${id} `));
  if (fromOutside) return { kind: lost ? 'event lost' : fromOutside.kind, at: endedAt };
  if (error === STOPPED_BY_ROLLBACK) return { kind: lost ? 'event lost' : 'rollback', at: endedAt };
  const history = executions.find(({ name }) => name === id)?.history ?? [];
  const entered = history.filter(
    ({ type, state = '' }) => type === 'StateEntered' && !/^(Abort|Revert|Rollout)/.test(state),
  );
  const failing = entered.at(-1);
  const first = about.find(({ at }) => at >= (failing?.at ?? endedAt));
  return first ? { kind: first.kind, at: first.at } : { kind: 'no fault', at: failing?.at ?? endedAt };
}

/** How long users may stay exposed, counted from the last fault that kept the lines of defence from their work. */
export function limitOf(
  { endpoint, rolloutId, from, until, endedAt }: Exposure,
  { story, faultsUntil }: Found,
): { readonly limitMs: number; readonly fromMs: number } {
  const end = Math.min(until, Number.MAX_SAFE_INTEGER);
  const during = story.injected.filter(({ at }) => at >= from - LONGEST_DELAY_MS && at <= end);
  const disturbs = ({ handler, kind, where, rolloutId: about }: Injected): boolean =>
    (handler !== undefined && RESTORERS.includes(handler)) ||
    kind === 'tick lost' ||
    (kind === 'item deleted' && where === `${endpoint} SETTINGS`) ||
    ((kind === 'event lost' || kind === 'event late') && where.startsWith(`${rolloutId} `)) ||
    (about === rolloutId && kind !== 'redrive');
  const disturbing = during.filter(disturbs);
  const restores = disturbing.some(
    ({ handler, kind }) => (handler !== undefined && RESTORERS.includes(handler)) || /^(event|tick|item)/.test(kind),
  );
  const last = disturbing.filter(({ kind }) => !/^event/.test(kind)).at(-1);
  const delay = last && /slow|timed out/.test(last.kind) && last.kind !== 'execution timed out' ? LONGEST_DELAY_MS : 0;
  const fromMs = Math.max(
    from,
    last === undefined ? 0 : last.at + delay,
    Math.min(endedAt, until) === endedAt && !restores ? endedAt : 0,
  );
  return { limitMs: restores && fromMs <= faultsUntil + BY_RECONCILER_MS ? BY_RECONCILER_MS : BY_EVENT_MS, fromMs };
}
