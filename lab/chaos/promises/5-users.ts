import type { Breach, Found } from './found';

/** No request of a user fails because of a shift, a promotion or a revert: the alias never names what cannot answer. */
export function users({ story }: Found): readonly Breach[] {
  const unserved = story.unserved.map(
    ({ functionName, requests, why }) => `${requests} requests to ${functionName}: ${why}`,
  );
  const inactive = story.aliases
    .filter(({ by, notActive }) => by !== 'person' && notActive.length > 0)
    .map(
      ({ by, functionName, notActive }) =>
        `${by} pointed ${functionName} at a version that takes no requests: ${notActive.join()}`,
    );
  return [...unserved, ...inactive].map((what) => ({ promise: 5, what }));
}
