import type { Adapters } from '../adapters/adapters';
import type { KeptVersion } from '../adapters/s3/captured-requests';
import { OperationRefused } from '../contract/operation-errors';
import { isoTime } from '../domain/minutes';
import { some } from '../domain/numbers';
import { chooseEndpoint } from '../steps/validation/find-endpoint';

type Needs = Pick<Adapters, 'keptRequests' | 'settings'>;

/**
 * Which captured requests: all, those of before a moment (ms since 1970), or one, by Lambda's id or the object's key.
 */
export type Which = { readonly all: true } | { readonly before: number } | { readonly request: string };

/** What is kept and was chosen, before anything is deleted. */
export interface Chosen {
  readonly endpoint: string;
  readonly versions: readonly KeptVersion[];
  /** Requests among them: a marker is none. */
  readonly requests: number;
  readonly bytes: number;
  /** When the first and the last of them were captured. */
  readonly oldest: string | null;
  readonly newest: string | null;
}

/** Heads at once, when objects are looked through for an id: 24,000 of them take a minute then. */
const AT_ONCE = 20;

/**
 * What `greenlight forget` would delete: versions of objects below the endpoint's own prefix, and nothing else.
 * @throws UnknownEndpoint
 */
export async function chooseKept(ports: Needs, name: string, which: Which): Promise<Chosen> {
  const { settings } = await chooseEndpoint(ports, name);
  const kept = await ports.keptRequests.listKept(settings.name);
  const versions = await chosen(ports, kept, which);
  const requests = versions.filter(({ isMarker }) => !isMarker);
  const times = requests.map(({ keptMs }) => keptMs);
  return {
    endpoint: settings.name,
    versions,
    requests: requests.length,
    bytes: requests.reduce((sum, { bytes }) => sum + bytes, 0),
    oldest: times.length === 0 ? null : isoTime(times.reduce((a, b) => Math.min(a, b))),
    newest: times.length === 0 ? null : isoTime(times.reduce((a, b) => Math.max(a, b))),
  };
}

async function chosen(
  { keptRequests }: Needs,
  kept: readonly KeptVersion[],
  which: Which,
): Promise<readonly KeptVersion[]> {
  if ('all' in which) return kept;
  if ('before' in which) return kept.filter(({ keptMs }) => keptMs < which.before);
  const { request } = which;
  const named = kept.filter(({ key }) => key === request || key.endsWith(`/${request}.json`));
  if (named.length > 0) return named;
  // By `auto` a slot names the object, and the id is beside it.
  const keys = new Set<string>();
  const objects = kept.filter(({ isMarker }) => !isMarker);
  for (let start = 0; start < objects.length && keys.size === 0; start += AT_ONCE) {
    const at = objects.slice(start, start + AT_ONCE);
    const ids = await Promise.all(at.map((one) => keptRequests.requestIdOf(one)));
    at.forEach(({ key }, index) => ids[index] === request && keys.add(key));
  }
  return kept.filter(({ key }) => keys.has(key));
}

/** Deletes it for good. @throws OperationRefused NotDeleted */
export async function forget({ keptRequests }: Needs, { endpoint, versions }: Chosen): Promise<void> {
  const { left, why } = await keptRequests.deleteKept(versions);
  if (left === 0) return;
  throw new OperationRefused(
    'NotDeleted',
    `S3 did not delete ${left} of ${some(versions.length, 'object version')} of ${endpoint}: ${why}. The others ` +
      'are gone',
  );
}
