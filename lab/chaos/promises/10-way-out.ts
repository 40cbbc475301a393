import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import type { Attempt } from '../world/story';
import { takenBackBefore } from './11-taken-back';
import type { Breach, EndpointFound, Found } from './found';

/**
 * The way out is always open: a default rollback, and an upload that fixes things, succeed when live answers nothing.
 */
export function wayOut(found: Found): readonly Breach[] {
  const closed = found.story.attempts.flatMap((attempt) => {
    const endpoint = found.endpoints.find(({ plan }) => plan.name === attempt.endpoint);
    const what = endpoint && whyClosed(attempt, endpoint, found);
    return what === undefined ? [] : [{ promise: 10, what: `${attempt.endpoint}: ${what}` } as const];
  });
  return [...closed, ...found.endpoints.flatMap((endpoint) => keptOnTheDead(endpoint, found))];
}

/** Within this a minute of it has settled, and been looked at more than once. */
const GIVES_WAY_MS = 10 * MINUTE_MS;
/** Beside these it cannot be told, or not be asked for, that blue is dead. */
const HIDES = /^metrics|^users throttled|^hostile|^permission|^throttling|^slow call|^shared outage/;

/** A canary beside a blue that has died in it ends on a green that is good, and never on blue. */
function keptOnTheDead({ records, plan }: EndpointFound, { story }: Found): readonly Breach[] {
  return records.flatMap(({ id, error, endedAt, state }): readonly Breach[] => {
    const from = Date.parse(state?.canary?.windows[0]?.from ?? '');
    if (state === undefined || error !== 'InsufficientEvidence' || state.phase !== 'canary') return [];
    const { blue, green } = state;
    const [until, version] = [Date.parse(endedAt ?? ''), `${plan.name}:${blue.version}`];
    const died = story.sick.findLast(({ where, at }) => where === version && at <= until - GIVES_WAY_MS);
    const since = Math.max(from, died?.at ?? Infinity);
    const asItWas = !story.sick.some(
      ({ where, at }) => where === `${plan.name}:${green.version}` || (where === version && at > since && at <= until),
    );
    const isGood = !story.uploads.some(({ versionId, harm }) => versionId === green.model?.versionId && harm);
    const isMet = story.served.some(
      ({ endpoint, version: by, at, requests }) =>
        endpoint === plan.name && by === blue.version && requests > 0 && at > since && at < until - GIVES_WAY_MS / 2,
    );
    const isHidden =
      story.silences.length > 0 ||
      story.injected.some(({ kind, handler }) => HIDES.test(kind) || handler === 'judge-canary');
    if (died?.dead !== true || since > until - GIVES_WAY_MS || !asItWas || !isGood || !isMet || isHidden) return [];
    return [
      {
        promise: 10,
        what: `${plan.name}: ${id} went back to version ${blue.version}, which had answered nothing for minutes`,
      },
    ];
  });
}

function whyClosed(attempt: Attempt, endpoint: EndpointFound, found: Found): string | undefined {
  const { what, id, dead } = attempt;
  const execution = found.executions.find(({ name, input }) =>
    what === 'rollback' ? name === id : input.includes(id),
  );
  const record = endpoint.records.find((one) => one.id === execution?.name);
  const said = `${what} beside the dead version ${dead}`;
  const outcome = record?.outcome ?? execution?.status ?? 'nothing';
  const ended = `ended as ${outcome}: ${record?.error ?? ''} ${record?.cause ?? ''}`;
  const next = endpoint.aliases.find(({ at, rolloutId }) => at >= attempt.at && rolloutId === execution?.name)?.after;
  if (what === 'upload') {
    if (/^promoted/.test(record?.outcome ?? '') && next !== undefined && next.version !== dead) return undefined;
    return `the ${said} ${ended}`;
  }
  if (record?.outcome === 'promoted' && next !== undefined && next.version !== dead) return undefined;
  const target = targetOf(attempt, endpoint, found);
  if (target === undefined) return undefined;
  return `the ${said} ${ended}, although version ${target} was live before, was not taken back and is still there`;
}

/** How long a version must have been live for everybody to know of it. */
const KNOWN_MS = MINUTE_MS;

/** The newest version that was live before, is not dead, was not taken back, and can still serve its model. */
function targetOf({ at, dead }: Attempt, endpoint: EndpointFound, found: Found): string | undefined {
  const before = endpoint.aliases.filter((change) => change.at <= at);
  // Which versions were live is in an item that a person may delete, and a person's hand is in no item.
  const unknown = found.story.injected.some(
    ({ kind, where }) => kind === 'item deleted' && where === `${endpoint.plan.name} LIVE`,
  );
  if (unknown || before.some(({ by }) => by === 'person')) return undefined;
  const periods = before.map((change, index) => ({
    version: change.after.version,
    lasted: (before[index + 1]?.at ?? at) - change.at,
  }));
  const fits = ({ version, lasted }: (typeof periods)[number]): boolean =>
    version !== dead &&
    lasted >= KNOWN_MS &&
    endpoint.canServe.includes(version) &&
    !found.story.sick.some(({ where }) => where === `${endpoint.plan.name}:${version}`) &&
    !takenBackBefore(version, at, endpoint, found);
  return periods.findLast(fits)?.version;
}
