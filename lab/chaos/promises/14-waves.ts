import { endpointOfExecution } from '../../../lambdas/domain/rollout';
import type { Execution } from '../../../simulator/states/execution';
import type { Breach, Found } from './found';

/**
 * Of a deploy of other code one rollout begins; more only once one has ended well. What ended badly, and was seen to by
 * the function that closed it, lets no other endpoint begin until a person resumes. At rest no wave waits for a rollout
 * that runs no more.
 */
export function waves(found: Found): readonly Breach[] {
  const deploys = found.executions.filter(({ name }) => name.includes('-deploy-'));
  const tooSoon = found.story.codes.flatMap(({ at, code }, index) => {
    const until = found.story.codes[index + 1]?.at ?? Infinity;
    const own = deploys.filter(({ startedAt }) => startedAt >= at && startedAt < until);
    return code === 'unknown' ? [] : own.flatMap((one) => whyTooSoon(one, own, found));
  });
  const left = found.waves.flatMap(({ running }) => running.map(({ rolloutId }) => rolloutId));
  return [...tooSoon, ...left.map((id) => `a wave waits for ${id}, which runs no more`)].map((what) => ({
    promise: 14,
    what,
  }));
}

function whyTooSoon(one: Execution, all: readonly Execution[], found: Found): readonly string[] {
  const began = one.startedAt;
  // Where it failed it may try again at any time.
  if (all.some(({ name, startedAt }) => startedAt < began && endpointOf(name) === endpointOf(one.name))) return [];
  const before = all.filter(({ startedAt, name }) => startedAt < began && endpointOf(name) !== endpointOf(one.name));
  const resumedSince = (at: number) => found.story.resumes.some((resumed) => resumed >= at && resumed <= began);
  const recordOf = ({ name }: Execution) =>
    found.endpoints.flatMap(({ records }) => records).find(({ id }) => id === name);
  const closedAt = (other: Execution) => Date.parse(recordOf(other)?.endedAt ?? '');
  // One that says nothing of the code, or fails where a person has seen it fail before.
  const saysNothing = (other: Execution): boolean =>
    recordOf(other)?.error === 'InsufficientEvidence' ||
    all.some(
      (earlier) =>
        earlier.startedAt < other.startedAt &&
        earlier.status !== 'SUCCEEDED' &&
        endpointOf(earlier.name) === endpointOf(other.name),
    );
  // A good end where it failed, by a later deploy, lets the others go on.
  const isRepaired = (other: Execution): boolean =>
    all.some(
      ({ name, startedAt, status, stoppedAt = Infinity }) =>
        startedAt > other.startedAt &&
        status === 'SUCCEEDED' &&
        stoppedAt <= began &&
        endpointOf(name) === endpointOf(other.name),
    );
  const faultBetween = (from: number) => found.story.injected.some(({ at }) => at >= from && at <= began);
  const bad = before.find((other) => {
    const at = closedAt(other);
    // Of what others wrote while it was being closed, or while this one was being started, nothing is said.
    const isBad = other.status !== 'SUCCEEDED' && !saysNothing(other) && !isRepaired(other);
    return isBad && at + SETTLED_MS < began && !resumedSince(at) && !faultBetween(at - SETTLED_MS);
  });
  if (bad !== undefined) return [`${one.name} began although ${bad.name} had ended badly`];
  const runs = before.find(({ stoppedAt }) => stoppedAt === undefined || stoppedAt > began);
  const proven = before.some(({ status, stoppedAt }) => status === 'SUCCEEDED' && (stoppedAt ?? Infinity) <= began);
  return runs === undefined || proven ? [] : [`${one.name} began beside ${runs.name}, which proved nothing yet`];
}

const SETTLED_MS = 30_000;
const endpointOf = (name: string): string | undefined => endpointOfExecution(name);
