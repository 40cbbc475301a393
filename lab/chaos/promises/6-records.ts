import { sha256Hex } from '../../../lambdas/adapters/crypto';
import { executionName } from '../../../lambdas/domain/rollout';
import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import type { AliasSays } from '../world/story';
import { type Breach, type EndpointFound, type Found, isDrill } from './found';

const GOOD: readonly (string | undefined)[] = ['promoted', 'promoted-first', 'already-live', 'dry-run-passed'];

/**
 * Every rollout can be explained from its record, every upload ended in a record or a notice, nothing is held or waits.
 */
export function records(found: Found): readonly Breach[] {
  const truths = found.endpoints.flatMap(untrue);
  return [...executions(found), ...leftovers(found), ...uploads(found), ...outOfOrder(found), ...truths].map(
    (what) => ({
      promise: 6,
      what,
    }),
  );
}

const allRecords = ({ endpoints, strays }: Found): readonly RolloutRecord[] => [
  ...endpoints.flatMap((one) => one.records),
  ...strays,
];

function executions(found: Found): readonly string[] {
  const all = allRecords(found);
  return found.executions.flatMap(({ name, status }) => {
    if (status === 'RUNNING') return [`execution ${name} never ended`];
    const record = all.find(({ id }) => id === name);
    if (!record) return heardOf(name, found) ? [`execution ${name} (${status}) left no record`] : [];
    return [...problemsOf(record), ...otherAction(record, found)];
  });
}

/** An execution whose restore failed to its end is recorded by the safety net, if its event comes and is dealt with. */
function heardOf(name: string, { story, executions: all, deadLetters }: Found): boolean {
  if (all.find((one) => one.name === name)?.error !== 'RestoreFailed') return true;
  const lost = story.injected.some(({ kind, where }) => kind === 'event lost' && where.startsWith(`${name} `));
  return !lost && !deadLetters.some((event) => event.includes(name));
}

/** Who reads the record must not take a drill for a rollout, nor the reverse. */
function otherAction({ id, state }: RolloutRecord, found: Found): readonly string[] {
  const action = state?.plan.action;
  return action === undefined || (action === 'drill') === isDrill(id, found)
    ? []
    : [`${id} was ${isDrill(id, found) ? '' : 'not '}started as a drill, and its record says ${action}`];
}

function problemsOf({
  id,
  status,
  outcome,
  error,
  cause,
  decidedBy,
  endedAt,
  state,
}: RolloutRecord): readonly string[] {
  if (status !== 'ended') return [`the record of ${id} is still ${status}`];
  const judged = state?.judgement;
  return [
    outcome === undefined || endedAt === undefined || !decidedBy ? `${id} has no outcome, end or decider` : '',
    !GOOD.includes(outcome) && (!error || !cause) ? `${id} ended as ${outcome ?? '?'} without error and cause` : '',
    judged && judged.verdict !== 'inconclusive' && judged.gates.length === 0
      ? `${id} was judged ${judged.verdict} without gates`
      : '',
    outcome === 'promoted' && decidedBy === 'judge' && !judged ? `${id} was promoted by a judge who said nothing` : '',
  ].filter((problem) => problem !== '');
}

/** A record is closed a moment after the alias was read: what happens meanwhile it cannot know. */
const READING_MS = 5_000;

/** What a record says of the end must be what the alias said at that moment, whichever function wrote it. */
function untrue({ plan, records: own, aliases }: EndpointFound): readonly string[] {
  return own.flatMap((record): readonly string[] => {
    const { id, outcome, endedAt, liveVersionAfter, state } = record;
    const end = Date.parse(endedAt ?? '');
    const last = aliases.findLast(({ at }) => at <= end);
    if (outcome === undefined || last === undefined || state === undefined) return [];
    const during = aliases
      .filter(({ at }) => at > end - READING_MS && at <= end + READING_MS)
      .flatMap(({ before, after }) => [before.version, after.version]);
    const says = (what: string) => `${plan.name}: ${id} is recorded as ${outcome}, but ${what}`;
    const green = state.green.version ?? 'none';
    const promoted = aliases.some((one) => one.by === 'promote-green' && one.rolloutId === id);
    const usersOnGreen = last.after.version === green || green in last.after.weights;
    // Green may serve because a hand or a later rollout put it there, or because it is blue as well.
    const byThis =
      aliases.findLast(({ at, before, after }) => at <= end && isOn(green, after) && !isOn(green, before))
        ?.rolloutId === id;
    const stays = usersOnGreen && byThis && last.by !== 'person' && green !== state.blue.version;
    return [
      !promoted && (outcome === 'promoted' || outcome === 'reverted') && green !== state.blue.version
        ? says('its green was never live')
        : '',
      promoted && (outcome === 'aborted' || outcome === 'rejected') ? says('its green was live') : '',
      WITHOUT_GREEN.includes(outcome) && stays ? says(`users were on its green ${green} at that moment`) : '',
      // Also where a person's version serves, or an earlier one, blue being gone.
      outcome === 'not-restored' &&
      !usersOnGreen &&
      [last.after.version, ...during].every((version) => version === state.blue.version)
        ? says(`its blue ${state.blue.version} alone had users at that moment`)
        : '',
      liveVersionAfter !== undefined && liveVersionAfter !== last.after.version && !during.includes(liveVersionAfter)
        ? says(`names version ${liveVersionAfter} as live, which was ${last.after.version}`)
        : '',
    ].filter((what) => what !== '');
  });
}

const WITHOUT_GREEN: readonly string[] = ['aborted', 'reverted', 'rejected', 'dry-run-passed'];
const isOn = (version: string, { version: live, weights }: AliasSays): boolean =>
  live === version || version in weights;

function leftovers({ endpoints }: Found): readonly string[] {
  return endpoints.flatMap(({ plan, lock, waiting, waitingDeploy, records: own }) => [
    ...(lock ? [`${plan.name}: the lock is still held by ${lock.rolloutId}`] : []),
    ...(waiting ? [`${plan.name}: ${waiting.key} (${waiting.versionId}) still waits`] : []),
    ...(waitingDeploy ? [`${plan.name}: ${waitingDeploy.executionName} still waits`] : []),
    ...own
      .filter(({ status }) => status === 'running')
      .map(({ id }) => `${plan.name}: the record of ${id} is still running`),
  ]);
}

function uploads(found: Found): readonly string[] {
  const all = allRecords(found);
  const lost = found.story.injected.filter(({ kind }) => kind === 'event lost').map(({ where }) => where);
  return found.story.uploads.flatMap(({ key, versionId, endpoint, at }) => {
    // Of an older one than the newest, which no event told of, or whose notes were deleted, it cannot be known; what
    // the trigger failed on for good is a dead letter, which raises an alarm.
    const isNewest = isLast({ key, versionId, endpoint, at }, found.story.uploads);
    if (found.deadLetters.some((event) => event.includes(versionId))) return [];
    if (!isNewest && (lost.some((event) => event.includes(versionId)) || notesDeleted(endpoint, at, found))) return [];
    // An execution that fails before it has a plan leaves a record that names no model.
    const executed = found.executions.filter(({ input }) => input.includes(versionId)).map(({ name }) => name);
    const rollouts = all.filter(
      ({ id, model, startedBy }) =>
        executed.includes(id) ||
        // One whose execution could never be started: the record has its id, and knows no more of it.
        id === idOf({ endpoint, key, versionId }, found) ||
        (startedBy !== 'person' && startedBy !== 'deploy' && model?.includes(versionId)),
    );
    // One whose record was deleted in the middle is listed under both beginnings.
    const ids = new Set(rollouts.map(({ id }) => id));
    if (ids.size > 1) return [`${key} (${versionId}) was rolled out ${ids.size} times: ${[...ids].join()}`];
    if (ids.size === 1) return [];
    const told = found.notices.some((text) => text.split('\n').some((line) => toldOf(line, versionId)));
    return told ? [] : [`${key} (${versionId}) ended in no record and no notice`];
  });
}

type Stored = Pick<Found['story']['uploads'][number], 'key' | 'versionId' | 'endpoint' | 'at'>;

/**
 * The newest model of an endpoint, by a second and more; which of two in one second is newer only a lost event had
 * said.
 */
const isLast = ({ key, versionId, endpoint, at }: Stored, all: readonly Stored[]): boolean =>
  key.endsWith('.onnx') &&
  endpoint !== 'nobody' &&
  all.every(
    (one) =>
      one.endpoint !== endpoint || one.versionId === versionId || !one.key.endsWith('.onnx') || one.at < at - 2000,
  );

const idOf = (
  { endpoint, key, versionId }: Pick<Stored, 'endpoint' | 'key' | 'versionId'>,
  { bucket }: Found,
): string => executionName({ endpoint, bucket, key, versionId }, 1, sha256Hex);

const notesDeleted = (endpoint: string, since: number, { story }: Found): boolean =>
  story.injected.some(
    ({ kind, where, at }) => kind === 'item deleted' && at >= since && where.startsWith(`${endpoint} `),
  );

const isOneSecond = (one: number, other: number): boolean => Math.floor(one / 1000) === Math.floor(other / 1000);

/** Also never, as a dead letter. */
const cameLate = ({ key, versionId }: Stored, { deadLetters, story }: Found): boolean =>
  deadLetters.some((event) => event.includes(versionId)) ||
  story.injected.some(
    ({ kind, where }) => /^event (late|lost)$/.test(kind) && where === `${key}?versionId=${versionId}`,
  );

/** No upload's rollout starts after that of a newer one, however late its event was; S3 knows which is newer. */
function outOfOrder(found: Found): readonly string[] {
  const { endpoints, executions: all, story } = found;
  return endpoints.flatMap(({ plan: { name } }) => {
    const uploads = all
      .filter(({ name: id }) => new RegExp(`^${name}-[0-9a-f]{12}-1$`).test(id))
      .flatMap(({ input }) => story.uploads.filter(({ versionId }) => input.includes(versionId)))
      // A dry run takes no other upload's place.
      .filter(({ dryRun }) => !dryRun);
    return uploads.flatMap(({ key, versionId, at }, index) => {
      // A person who deletes the notes of uploads takes away what told which of them was started last. Of two keys in
      // one second the reconciler starts one where neither event has come; which is newer its event would have said.
      const newer = notesDeleted(name, at, found)
        ? undefined
        : uploads.slice(0, index).find((one) => one.at > at && !(isOneSecond(one.at, at) && cameLate(one, found)));
      return newer
        ? [`${key} (${versionId}) was rolled out after ${newer.key} (${newer.versionId}), which is newer`]
        : [];
    });
  });
}

const toldOf = (line: string, versionId: string): boolean =>
  new RegExp(`version id ${escaped(versionId)}\\) is not rolled out`).test(line) ||
  (line.includes('never started') && line.includes(versionId));

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
