import { STOPPED_BY_ROLLBACK } from '../../../lambdas/contract/names';
import { STATES } from '../../../lambdas/domain/workflow';
import { takenBackBefore } from './11-taken-back';
import { wasDead } from './2-promotion';
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
/** The reconciler looks at no endpoint that it was not handed. */
const RESTORERS: readonly string[] = ['restore-blue', 'safety-net', 'hand-out-work', 'reconcile'];

/** One exposure per bad end of an execution whose green had users then, by the history of the alias. */
export function exposuresOf(found: Found): readonly Exposure[] {
  const ends = found.story.ends.filter(({ status }) => status !== 'SUCCEEDED');
  return found.endpoints.flatMap((endpoint) => ends.flatMap((end) => exposureOf(end, endpoint, found) ?? []));
}

function exposureOf(end: ExecutionEnd, endpoint: EndpointFound, found: Found): Exposure | undefined {
  const { plan, aliases, records } = endpoint;
  const { id, at: endedAt } = end;
  if (hadPassed(end, found)) return undefined;
  // A redriven execution runs again: from then on its own workflow is responsible.
  const redriven = found.story.injected.find((one) => one.kind === 'redrive' && one.where === id && one.at > endedAt);
  const lasts = redriven?.at ?? Infinity;
  const mine = aliases.filter(({ at, rolloutId, by }) => at < lasts && rolloutId === id && WRITERS.includes(by));
  const [firstWrite] = mine;
  if (firstWrite === undefined) return undefined;
  if (isHidden(id, mine.find(({ by }) => by === 'promote-green')?.at, endedAt, endpoint, found)) return undefined;
  if (hasNoWayBack(id, endpoint, found)) return undefined;
  const isFirst = records.find((record) => record.id === id)?.state?.blue.model === undefined;
  const exposed = (says: AliasSays) => isExposed(says, mine, isFirst);
  const cause = causeOf(end, found);
  const from = Math.max(cause.at, firstWrite.at);
  const now = aliases.findLastIndex(({ at }) => at <= from);
  const begin = aliases[now];
  const seen =
    begin && stillExposed(begin, id, exposed) && !putByPerson(aliases, now)
      ? begin
      : aliases.find(
          ({ at, after, by }, index) =>
            at > from && at <= endedAt && by !== 'person' && exposed(after) && !putByPerson(aliases, index),
        );
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
 * A person wrote the alias' description between a promotion's write and its note, which never came: nothing says any
 * more whose green is, and people were told that it stays.
 */
const isHidden = (
  id: string,
  promotedAt: number | undefined,
  endedAt: number,
  { plan: { name }, records }: EndpointFound,
  { story }: Found,
): boolean =>
  promotedAt !== undefined &&
  records.some(
    (record) =>
      record.id === id &&
      record.outcome === 'not-restored' &&
      record.state?.weights.every(({ weight }) => weight < 100) === true,
  ) &&
  story.injected.some(
    ({ kind, where, at }) =>
      kind === 'description replaced' && where === name && at >= promotedAt && at <= endedAt + LONGEST_DELAY_MS,
  );

/**
 * Blue answered nothing when green replaced it, and there is no other version to go back to: none that was live, can
 * serve its model and was not taken back. People were told that green stays.
 */
function hasNoWayBack(id: string, endpoint: EndpointFound, found: Found): boolean {
  const { state, outcome } = endpoint.records.find((record) => record.id === id) ?? {};
  if (outcome !== 'not-restored' || state?.blue.silent === undefined || !wasDead(state, found.story)) return false;
  const promoted = endpoint.aliases.find(({ rolloutId, by }) => rolloutId === id && by === 'promote-green');
  if (promoted === undefined) return false;
  const { version: green } = promoted.after;
  return !endpoint.aliases.some(
    ({ at, after: { version } }) =>
      at < promoted.at &&
      version !== state.blue.version &&
      Number(version) < Number(green) &&
      endpoint.canServe.includes(version) &&
      takenBackBefore(version, promoted.at, endpoint, found) === undefined,
  );
}

/** A green that had passed its watch is promoted, whatever becomes of the execution that is about to say so. */
const hadPassed = ({ id, at: endedAt }: ExecutionEnd, { executions, endpoints }: Found): boolean =>
  endpoints.some(({ records }) => records.some((record) => record.id === id && record.outcome === 'promoted')) &&
  (executions.find(({ name }) => name === id)?.history ?? []).some(
    ({ type, state, at }) => type === 'StateEntered' && state === STATES.finishRollout && at <= endedAt,
  );

/**
 * A person wrote that green alone is live, as the alias said anyway: theirs from then on, though the revision alone
 * shows it.
 */
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

/** Weights that nothing owns were cleared, and the version that stays is the one that a person had named. */
function putByPerson(aliases: readonly AliasChange[], index: number): boolean {
  const { version } = aliases[index]!.after;
  const named = aliases.findLast(
    ({ before, after }, at) => at <= index && after.version === version && before.version !== version,
  );
  return Object.keys(aliases[index]!.after.weights).length === 0 && named?.by === 'person';
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
  { endpoint, rolloutId, from, until, endedAt, shiftedAt }: Exposure,
  { story, faultsUntil }: Found,
): { readonly limitMs: number; readonly fromMs: number } {
  const end = Math.min(until, Number.MAX_SAFE_INTEGER);
  const during = story.injected.filter(({ at }) => at >= from - LONGEST_DELAY_MS && at <= end);
  const disturbs = ({ handler, kind, where, rolloutId: about }: Injected): boolean =>
    (handler !== undefined && RESTORERS.includes(handler)) ||
    kind === 'tick lost' ||
    // Without its lock it is the next rollout's turn, which finds weights that no rollout owns.
    (kind === 'item deleted' && where === `${endpoint} LOCK`) ||
    ((kind === 'event lost' || kind === 'event late') && where.startsWith(`${rolloutId} `)) ||
    (about === rolloutId && kind !== 'redrive');
  const disturbing = during.filter(disturbs);
  // Record and description both: nothing tells whose the weights are, and what no rollout owns the reconciler clears.
  const tookAway = (kind: FaultKind, what: string, since: number): boolean =>
    story.injected.some((one) => one.kind === kind && one.where === what && one.at >= since && one.at <= end);
  const untold =
    tookAway('item deleted', `${endpoint} RECORD#${rolloutId}`, 0) &&
    tookAway('description replaced', endpoint, shiftedAt);
  const restores =
    untold ||
    disturbing.some(
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
