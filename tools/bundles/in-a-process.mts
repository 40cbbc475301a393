/*
 * `node in-a-process.mts BUNDLE.js`: imports a bundle, calls its handler once, and prints as its last line what either
 * looked for outside of the bundle's folder. In Lambda that is found in the runtime: the SDK that AWS put there.
 */
import { registerHooks } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , bundle = ''] = process.argv;
const home = `${pathToFileURL(dirname(bundle)).href}/`;
const outside: string[] = [];

registerHooks({
  resolve(specifier, context, next) {
    const complain = (where: string): never => {
      outside.push(`${specifier} from ${where}`);
      throw new Error(`${specifier} is not in the bundle`);
    };
    let url: string;
    try {
      ({ url } = next(specifier, context));
    } catch {
      return complain('nowhere');
    }
    return url.startsWith('node:') || url.startsWith(home) ? next(specifier, context) : complain(url);
  },
});

/** Why the bundle could not be imported, if so. */
let failure: string | undefined;
let handler: ((event: unknown) => Promise<unknown>) | undefined;
try {
  ({ handler } = (await import(pathToFileURL(bundle).href)) as { readonly handler?: typeof handler });
  if (typeof handler !== 'function') failure = 'it exports no handler';
} catch (error) {
  failure = String(error);
}
// Nothing answers at the endpoint that the environment names: what matters is what is loaded on the way there.
await handler?.({}).catch(() => undefined);
// Node.js writes its warnings in a later turn, which an exit at once would not let come.
await new Promise((resolve) => setImmediate(resolve));
console.log(JSON.stringify({ failure, outside }));
process.exit(0);
