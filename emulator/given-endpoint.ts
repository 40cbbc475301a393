import { EndpointUnusable } from './errors';

/** Anything that answers does so at once on this machine, and soon elsewhere. */
const PATIENCE_MS = 10_000;

/**
 * The address in AWS_ENDPOINT_URL, where something answers; undefined where the variable is not set, or empty.
 *
 * @throws {EndpointUnusable} with the value, when it is no http address or no answer comes
 */
export async function givenEndpoint(
  value: string | undefined = process.env.AWS_ENDPOINT_URL,
): Promise<string | undefined> {
  if (value === undefined || value === '') return undefined;
  const shown = JSON.stringify(value);
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw new EndpointUnusable(`AWS_ENDPOINT_URL: must be an address such as http://127.0.0.1:4566; got ${shown}`);
  try {
    // Any answer will do: an emulator refuses a request that is not signed, or has no such page.
    await fetch(value, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'manual' });
  } catch (error) {
    // Of a fetch that failed the reason is its error's cause.
    const { cause } = error as { readonly cause?: { readonly message?: string } };
    const why = cause?.message ?? String(error);
    throw new EndpointUnusable(
      `AWS_ENDPOINT_URL: nothing answers at ${shown} (${why}); start an emulator there, or unset it to use one ` +
        'from PyPI',
    );
  }
  return value;
}
