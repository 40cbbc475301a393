import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/** Inside the project, so that the bundle finds onnxruntime-node, which cannot be bundled, in node_modules. */
const ROOT = resolve(__dirname, '../..');
const CACHE = join(ROOT, 'out/.cache');

const made = new Map<string, Promise<string>>();

/** The path of a bundle of a process' entry file, made once per run of the engine. */
export function processBundle(entry: string): Promise<string> {
  let bundle = made.get(entry);
  if (!bundle) made.set(entry, (bundle = makeBundle(entry)));
  return bundle;
}

/** A package has no source: it brings the bundle. */
function packed(entry: string): string {
  const { folder } = JSON.parse(readFileSync(join(ROOT, 'dist', 'made.json'), 'utf8')) as { readonly folder: string };
  return join(ROOT, 'dist', folder, `${basename(entry, '.ts')}.cjs`);
}

async function makeBundle(entry: string): Promise<string> {
  if (!existsSync(entry)) return packed(entry);
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: ['onnxruntime-node'],
    logLevel: 'silent',
  });
  const text = outputFiles[0]!.contents;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const path = join(CACHE, `${basename(entry, '.ts')}-${hash}.cjs`);
  if (existsSync(path)) return path;
  mkdirSync(CACHE, { recursive: true });
  // Several engines may start at once: each writes a file of its own and puts it in place whole.
  const own = `${path}.${process.pid}.tmp`;
  writeFileSync(own, text);
  renameSync(own, path);
  return path;
}
