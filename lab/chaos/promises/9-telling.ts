import { STATES } from '../../../lambdas/domain/workflow';
import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import type { Transition } from '../../../lambdas/contract/transition-event';
import type { Injected } from '../world/story';
import type { Breach, Found, Told } from './found';

/**
 * Every transition of a record is told, to programs, and each end to people too; nothing is told twice, and nothing
 * that no record knows of. Two copies are excused where a fault may have hidden that the first was published.
 */
export function telling(found: Found): readonly Breach[] {
  const records = [...found.endpoints.flatMap((one) => one.records), ...found.strays];
  return [...untold(found), ...records.flatMap((record) => missing(record, found)), ...twice(found)].map((what) => ({
    promise: 9,
    what,
  }));
}

const untold = ({ untold: left }: Found): readonly string[] =>
  left.map((key) => `${key} was announced and never published`);

function missing(record: RolloutRecord, { told, story }: Found): readonly string[] {
  const has = (channel: Told['channel'], id: string) => told.some((one) => one.channel === channel && one.id === id);
  const own = `${record.endpoint}/${record.id}/`;
  // Where a person deleted it, it was written anew from what the alias says: a step that died may have told nothing.
  const where = `${record.endpoint} RECORD#${record.id}`;
  const isAnew = story.injected.some((one) => one.kind === 'item deleted' && one.where === where);
  const events = (isAnew ? [] : expected(record)).map((part) => `${own}${part}`);
  const end = [`${own}ended`, `${own}upload-refused`].find((id) => has('event', id));
  if (record.status === 'ended' && end === undefined) return [`no event tells of the end of ${record.id}`];
  const said = told.find((one) => one.channel === 'event' && one.id === end)?.detail;
  return [
    ...events.filter((id) => !has('event', id)).map((id) => `no event tells of ${id}`),
    ...(end !== undefined && !has('notice', end) ? [`no notice tells of the end of ${record.id}`] : []),
    ...(said && 'outcome' in said && said.outcome !== record.outcome
      ? [`${record.id} is recorded as ${record.outcome ?? '?'} and told as ${said.outcome}`]
      : []),
  ];
}

/** What the record says that happened, as parts of ids. */
function expected({ state }: RolloutRecord): readonly string[] {
  if (state === undefined) return [];
  const steps = state.weights.filter(({ weight }) => weight < 100).map((_, index) => `/${index + 1}`);
  const noted = (where: string, note: RegExp) =>
    state.timeline.some((one) => one.state === where && note.test(one.note));
  const parts: readonly (readonly [Transition, boolean])[] = [
    ['rollout-started', true],
    ['green-deployed', noted(STATES.deployGreen, /^version/)],
    ['green-verified', noted(STATES.verifyGreen, /./)],
    ['bake-extended', (state.canary?.extendedMinutes ?? 0) > 0],
    ['green-promoted', state.weights.some(({ weight }) => weight === 100)],
  ];
  return [
    ...parts.flatMap(([transition, happened]) => (happened ? [transition] : [])),
    ...steps.map((part) => `traffic-shifted${part}`),
  ];
}

/**
 * A fault that may hide that something was published: its own answer is lost, the note of it fails, or the function
 * dies.
 */
function hides({ handler, kind, where }: Injected, channel: Told['channel']): boolean {
  if (handler !== 'announce') return false;
  if (kind === 'step crashed' || kind === 'step timed out' || kind === 'slow call') return true;
  const publishes = channel === 'event' ? 'eventbridge.PutEvents' : 'sns.Publish';
  if (where.endsWith(publishes)) return kind === 'answer lost';
  if (kind === 'permission missing') return where.endsWith('dynamodb:UpdateItem');
  return where.endsWith('dynamodb.Update') && /^(call refused|answer lost|throttling burst)$/.test(kind);
}

function twice({ told, story }: Found): readonly string[] {
  const copies = new Map<string, Told[]>();
  for (const one of told)
    copies.set(`${one.channel} ${one.id}`, [...(copies.get(`${one.channel} ${one.id}`) ?? []), one]);
  return [...copies].flatMap(([name, all]) => {
    const [first, ...more] = all;
    const unexcused = more.filter(
      ({ at, channel }) =>
        !story.injected.some((fault) => fault.at >= (first?.at ?? 0) && fault.at <= at && hides(fault, channel)),
    );
    return unexcused.length === 0 ? [] : [`${name} was published ${all.length} times`];
  });
}
