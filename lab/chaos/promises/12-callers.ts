import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { HOUR_MS, MINUTE_MS } from '../../../lambdas/domain/minutes';
import { type Breach, type EndpointFound, type Found, isDrill } from './found';
import { AS_DEPLOYED } from '../world/story';

/**
 * Callers do not decide, nor does what green shares with blue, nor an environment that still loads: a good model is not
 * stopped, in the canary or after it, because of that. (That a bad one is not promoted because of it is promise 3.)
 * Told where callers did harm and nothing else that a judge reads did. And callers are not told where a model is
 * stored.
 */
export function callers(found: Found): readonly Breach[] {
  const told = found.story.heard
    .filter(({ said }) => /s3:\/\/|versionId=/.test(said))
    .map(
      ({ endpoint, said }) =>
        ({ promise: 12, what: `${endpoint}: a caller was told where the model is: ${said}` }) as const,
    );
  const loading = found.endpoints.flatMap(({ records, plan }) =>
    records
      .filter(({ cause }) => cause?.includes('ModelLoading'))
      .map(
        ({ id, cause }) =>
          ({ promise: 12, what: `${plan.name}: ${id} ended for a moment's loading: ${cause}` }) as const,
      ),
  );
  return [...told, ...loading, ...stopped(found)];
}

function stopped(found: Found): readonly Breach[] {
  return found.endpoints.flatMap((endpoint) =>
    endpoint.records.flatMap(({ id, error, cause, startedAt, endedAt, state }): readonly Breach[] => {
      if (state === undefined || (error !== 'CanaryRegressed' && error !== 'LiveRegressed')) return [];
      if (isDrill(id, found)) return [];
      const [from, until] = [Date.parse(startedAt), Date.parse(endedAt ?? '')];
      const came = callersCame(endpoint, found, until);
      const shared = sharedOutage(endpoint, found, id, until) || sharedSlowness(endpoint, found, id, until);
      if (mixAlone(state, cause, until, endpoint, found)) return [];
      if (!(came || shared) || otherwiseIll(state, endpoint, found, [from, until], shared)) return [];
      return [
        {
          promise: 12,
          what:
            `${endpoint.plan.name}: ${id} ended as ${error}, although version ${state.green.version ?? '?'} is as ` +
            `good as blue: ${cause ?? ''}`,
        },
      ];
    }),
  );
}

/**
 * Every version has failed plainly for some minutes by then, and does so still: who asks blue learns that it does too.
 * An outage in blue's hour before is what it is used to.
 */
const sharedOutage = ({ plan, aliases }: EndpointFound, { story }: Found, id: string, until: number): boolean => {
  const came = aliases.find(({ rolloutId }) => rolloutId === id)?.at ?? until;
  const mine = story.outages.filter(({ endpoint, errorRate }) => endpoint === plan.name && errorRate > 0);
  return (
    mine.some((one) => one.errorRate >= 0.3 && one.from <= until - 2 * MINUTE_MS && one.until >= until) &&
    !mine.some((one) => one.from < came && one.until > came - HOUR_MS)
  );
};

/**
 * Likewise of slowness, which shows where both were as quick as ever when green had no users yet. While an outage ends
 * that came with it, what is asked is no longer what users met.
 */
const sharedSlowness = ({ plan, aliases }: EndpointFound, { story }: Found, id: string, until: number): boolean => {
  const came = aliases.find(({ rolloutId }) => rolloutId === id)?.at ?? until;
  const mine = story.outages.filter(({ endpoint }) => endpoint === plan.name);
  const ends = mine.some((one) => one.errorRate > 0 && one.until > until - 2 * MINUTE_MS && one.until < until);
  return (
    !ends &&
    mine.some((one) => one.slowMs >= 60 && one.from >= came && one.from <= until - 2 * MINUTE_MS && one.until >= until)
  );
};

/** Of so many minutes of blue's, without callers, what is usual is told. */
const USUAL_MINUTES = 8;

/**
 * Where no canary has compared the two, callers who move the mix are told from a green that does where they are plainly
 * a crowd, in whatever part of a minute they come, and blue had minutes without them.
 */
function mixAlone(
  { canary, watch, blue }: RolloutState,
  cause: string | undefined,
  until: number,
  { plan, aliases }: EndpointFound,
  { story }: Found,
): boolean {
  if (canary !== undefined || watch === undefined || cause?.startsWith('predictions') !== true) return false;
  const promotedAt = Date.parse(watch.from);
  const [flood, ...others] = story.floods.filter(({ endpoint, from }) => endpoint === plan.name && from <= until);
  if (flood === undefined || others.length > 0 || plan.traffic.shape !== 'steady') return true;
  const blueFrom = aliases.findLast(({ at, after }) => at < promotedAt && after.version === blue.version)?.at ?? 0;
  const usualFrom = Math.max(promotedAt - HOUR_MS, blueFrom);
  const flooded = Math.max(0, Math.min(flood.until, promotedAt) - Math.max(flood.from, usualFrom));
  const least = plan.traffic.requestsPerMinute * (flood.from <= promotedAt ? 3 : 15);
  return flood.rate < least || promotedAt - usualFrom - flooded < USUAL_MINUTES * MINUTE_MS;
}

/** Numbers of the hour before count too: a baseline may hold what callers did. */
const callersCame = ({ plan }: EndpointFound, { story }: Found, until: number): boolean =>
  story.injected.some(
    ({ kind, where, at }) =>
      kind === 'hostile callers' && where.startsWith(`${plan.name}:`) && at <= until && at >= until - HOUR_MS,
  );

function otherwiseIll(
  { green, blue }: Pick<RolloutState, 'green' | 'blue'>,
  { plan, aliases }: EndpointFound,
  { story }: Found,
  [from, until]: readonly [from: number, until: number],
  shared: boolean,
): boolean {
  // A green that answers right answers otherwise than a blue that drifts.
  const bad = story.uploads.some(
    ({ versionId, harm }) =>
      (harm !== undefined && versionId === green.model?.versionId) ||
      (harm === 'drifting' && versionId === blue.model?.versionId),
  );
  const sick = story.sick.some(
    ({ where, at }) =>
      at <= until && (where === `${plan.name}:${green.version ?? ''}` || where === `${plan.name}:${blue.version}`),
  );
  // New environments of a version whose object is gone cannot load it.
  const objects = [green, blue].map(({ model }) => `versionId=${model?.versionId ?? ''}`);
  const gone = story.injected.some(
    ({ kind, where, at }) =>
      kind === 'object deleted' && at <= until && objects.some((object) => where.endsWith(object)),
  );
  const outage = !shared && story.outages.some(({ endpoint }) => endpoint === plan.name);
  const disturbed = story.injected.some(
    ({ kind, where }) => /^metrics|^users throttled/.test(kind) && (where === plan.name || kind !== 'users throttled'),
  );
  // Right after another model had the users, the hour before is another model's.
  // The first one took them from none.
  const anotherBlue = aliases.some(
    ({ at, before }) => before.version !== AS_DEPLOYED.version && at >= from - HOUR_MS && at < from,
  );
  return bad || sick || gone || outage || disturbed || anotherBlue;
}
