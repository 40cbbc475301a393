import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import type { Breach, Found } from './found';

const GOOD: readonly (string | undefined)[] = ['promoted', 'promoted-first', 'already-live', 'dry-run-passed'];

/** Every rollout can be explained from its record, every upload ended in a record or a notice, nothing is held or waits. */
export function records(found: Found): readonly Breach[] {
  return [...executions(found), ...leftovers(found), ...uploads(found), ...outOfOrder(found)].map((what) => ({
    promise: 6,
    what,
  }));
}

const allRecords = ({ endpoints, strays }: Found): readonly RolloutRecord[] => [...endpoints.flatMap((one) => one.records), ...strays]; // prettier-ignore

function executions(found: Found): readonly string[] {
  const all = allRecords(found);
  return found.executions.flatMap(({ name, status }) => {
    if (status === 'RUNNING') return [`execution ${name} never ended`];
    const record = all.find(({ id }) => id === name);
    if (!record) return heardOf(name, found) ? [`execution ${name} (${status}) left no record`] : [];
    return problemsOf(record);
  });
}

/** An execution whose restore failed to its end is recorded by the safety net, if its event comes and is dealt with. */
function heardOf(name: string, { story, executions: all, deadLetters }: Found): boolean {
  if (all.find((one) => one.name === name)?.error !== 'RestoreFailed') return true;
  const lost = story.injected.some(({ kind, where }) => kind === 'event lost' && where.startsWith(`${name} `));
  return !lost && !deadLetters.some((event) => event.includes(name));
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

function leftovers({ endpoints }: Found): readonly string[] {
  return endpoints.flatMap(({ plan, lock, waiting, records: own }) => [
    ...(lock ? [`${plan.name}: the lock is still held by ${lock.rolloutId}`] : []),
    ...(waiting ? [`${plan.name}: ${waiting.key} (${waiting.versionId}) still waits`] : []),
    ...own
      .filter(({ status }) => status === 'running')
      .map(({ id }) => `${plan.name}: the record of ${id} is still running`),
  ]);
}

function uploads(found: Found): readonly string[] {
  const all = allRecords(found);
  const lost = found.story.injected.filter(({ kind }) => kind === 'event lost').map(({ where }) => where);
  return found.story.uploads.flatMap(({ key, versionId }) => {
    // What no event told of nobody can know; what the trigger failed on for good is a dead letter, which rings an alarm.
    if ([...lost, ...found.deadLetters].some((event) => event.includes(versionId))) return [];
    // An execution that fails before it has a plan leaves a record that names no model.
    const executed = found.executions.filter(({ input }) => input.includes(versionId)).map(({ name }) => name);
    const rollouts = all.filter(
      ({ id, model, startedBy }) =>
        executed.includes(id) || (startedBy !== 'person' && startedBy !== 'deploy' && model?.includes(versionId)),
    );
    if (rollouts.length > 1)
      return [`${key} (${versionId}) was rolled out ${rollouts.length} times: ${rollouts.map(({ id }) => id).join()}`];
    if (rollouts.length === 1) return [];
    const told = found.notices.some((text) => text.split('\n').some((line) => toldOf(line, versionId)));
    return told ? [] : [`${key} (${versionId}) ended in no record and no notice`];
  });
}

/** S3 tells times to the second. */
const SECOND_MS = 1000;

/** No upload's rollout starts after that of a newer one, however late its event was. */
function outOfOrder({ endpoints, executions: all, story }: Found): readonly string[] {
  return endpoints.flatMap(({ plan: { name } }) => {
    const uploads = all
      .filter(({ name: id }) => new RegExp(`^${name}-[0-9a-f]{12}-1$`).test(id))
      .flatMap(({ input }) => story.uploads.filter(({ versionId }) => input.includes(versionId)));
    return uploads.flatMap(({ key, versionId, at }, index) => {
      const newer = uploads.slice(0, index).find((one) => Math.floor(one.at / SECOND_MS) > Math.floor(at / SECOND_MS));
      return newer
        ? [`${key} (${versionId}) was rolled out after ${newer.key} (${newer.versionId}), which is newer`]
        : [];
    });
  });
}

const toldOf = (line: string, versionId: string): boolean =>
  new RegExp(`version id ${escaped(versionId)}\\) is not rolled out`).test(line) || (line.includes('never started') && line.includes(versionId)); // prettier-ignore

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
