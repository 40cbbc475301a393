import type { ChaosPlan } from '../plan/plan';
import type { RunResult } from '../search/run-one';
import type { Played } from '../run/run-plan';

/** Everything that happened in a run, in order; times are minutes and seconds since the faults began. */
export function timeline({
  plan,
  played,
  result,
}: {
  readonly plan: ChaosPlan;
  readonly played: Played;
  readonly result: RunResult;
}): string {
  const { stage, faultsFrom } = played;
  const { story, world } = stage;
  const about = (id: string | undefined) => (id === undefined ? '' : ` (${id})`);
  const entries: { readonly at: number; readonly what: string }[] = [
    ...story.notes,
    ...world.executions.flatMap(({ arn, name }) =>
      world.timeline(arn).map(({ at, state }) => ({ at, what: `${name} enters ${state}` })),
    ),
    ...story.injected.map(({ at, kind, where, rolloutId }) => ({
      at,
      what: `FAULT ${kind}: ${where}${about(rolloutId)}`,
    })),
    ...story.thrown.map(({ at, handler, error, message, rolloutId }) => ({
      at,
      what: `${handler} throws ${error}: ${message.slice(0, 200)}${about(rolloutId)}`,
    })),
    ...story.aliases.map(({ at, functionName, after, by, rolloutId }) => ({
      at,
      what:
        `ALIAS of ${stage.endpointOf(functionName)} says ${JSON.stringify(after)}, written by ` +
        `${by}${about(rolloutId)}`,
    })),
    ...story.ends.map(({ at, id, status, error }) => ({
      at,
      what: `${id} ends as ${status} ${error ?? ''}`.trimEnd(),
    })),
    ...story.deletions.map(({ at, functionName, version, by }) => ({
      at,
      what: `${by} deletes version ${version} of ${stage.endpointOf(functionName)}`,
    })),
    ...story.unserved.map(({ at, requests, why }) => ({ at, what: `${requests} requests of users fail: ${why}` })),
    ...world.services.sns.messages.map(({ atMs, subject }) => ({ at: atMs, what: `notice: ${subject ?? ''}` })),
  ];
  const sorted = entries.map((entry, index) => ({ ...entry, index })).sort((a, b) => a.at - b.at || a.index - b.index);
  return [
    `seed ${result.seed}`,
    JSON.stringify(plan, undefined, 1),
    ...sorted.map(({ at, what }) => `${clock(at - faultsFrom)}  ${what}`),
    ...(result.breaches.length === 0 ? ['every promise was kept'] : []),
    ...result.breaches.map(({ promise, what }) => `promise ${promise} was broken: ${what}`),
  ].join('\n');
}

function clock(ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  const text = `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, '0')}`;
  return `${ms < 0 ? '-' : ' '}${text}`.padStart(9);
}
