import type { Breach, Found } from './found';

/** Every call that a function makes is allowed by its role. */
export function permissions({ story }: Found): readonly Breach[] {
  const taken = story.injected.filter(({ kind }) => kind === 'permission missing').map(({ where }) => where);
  const byS3 = story.thrown
    .filter(({ error }) => /^AccessDenied/.test(error))
    // What a person took away is missing until it is given back.
    .filter(({ handler, message }) => !taken.some((one) => message.includes(one.replace(`${handler} `, ''))))
    .map(({ handler, message }) => `${handler}: ${message}`);
  const hasty = story.hasty.map((error) => `a deploy did not wait for its own policies: ${error}`);
  return [...new Set([...story.denied, ...byS3, ...hasty])].map((what) => ({ promise: 7, what }));
}
