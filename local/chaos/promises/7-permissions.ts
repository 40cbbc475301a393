import type { Breach, Found } from './found';

/** Every call that a function makes is allowed by its role. */
export function permissions({ story }: Found): readonly Breach[] {
  const byS3 = story.thrown.filter(({ error }) => /^AccessDenied/.test(error)).map(({ handler, message }) => `${handler}: ${message}`); // prettier-ignore
  return [...new Set([...story.denied, ...byS3])].map((what) => ({ promise: 7, what }));
}
