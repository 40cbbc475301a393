import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import type { Breach, EndpointFound, Found } from './found';

/**
 * At rest the alias has no weights and points at a version that exists and is Active; no rollout holds the endpoint's
 * lock. Where its model can be read no more, people were told.
 */
export function rest({ endpoints, cameToRest, story, told, endedAt }: Found): readonly Breach[] {
  const found: Breach[] = cameToRest
    ? []
    : [
        {
          promise: 1,
          what: 'did not come to rest: an execution, a lock or a waiting upload stayed for more than a period',
        },
      ];
  for (const { plan, alias, state } of endpoints) {
    if (Object.keys(alias.weights).length > 0)
      found.push({ promise: 1, what: `${plan.name}: the alias has weights at rest: ${JSON.stringify(alias)}` });
    if (state !== 'Active') found.push({ promise: 1, what: `${plan.name}: live version ${alias.version} is ${state}` });
  }
  return [...found, ...untold({ endpoints, story, told, endedAt })];
}

/** Two periods of the reconciler: it may look a moment before the object goes, and its notice takes a while. */
const KNOWN_MS = 12 * MINUTE_MS;

function untold({
  endpoints,
  story,
  told,
  endedAt,
}: Pick<Found, 'endpoints' | 'story' | 'told' | 'endedAt'>): readonly Breach[] {
  return endpoints.flatMap(({ plan, alias, canServe, aliases }: EndpointFound): readonly Breach[] => {
    const since = Math.max(0, ...aliases.map(({ at }) => at));
    const gone = story.injected.findLast(({ kind }) => kind === 'object deleted')?.at ?? 0;
    const unread = aliases.length > 0 && !canServe.includes(alias.version) && gone > 0;
    if (!unread || endedAt - Math.max(since, gone) < KNOWN_MS) return [];
    const events = told.flatMap(({ detail }) => (detail?.transition === 'version-unavailable' ? [detail] : []));
    const event = events.find((one) => one.endpoint === plan.name && one.version === alias.version);
    const noticed = told.some(({ channel, id }) => channel === 'notice' && id === event?.id);
    return noticed
      ? []
      : [
          {
            promise: 1,
            what: `${plan.name}: the model of live version ${alias.version} cannot be read, and no notice was sent`,
          },
        ];
  });
}
