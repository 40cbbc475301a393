import { buildSync } from 'esbuild';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');
/** What a package runs. */
const ENTRIES = [
  'lib/index.ts',
  'lambdas/handlers/*.ts',
  'lambdas/model-server/handler.ts',
  'cli/main.ts',
  'simulator/runtime/{model,remembering}-process.ts',
  'node_modules/aws-local-stepfunctions/build/main.node.cjs',
];
/** Copied as they are. */
const COPIED = ['onnxruntime-node', 'onnxruntime-common'];
/** Beside this file: licences of packages that have no file with theirs. */
const KEPT: Readonly<Record<string, string>> = {
  'onnxruntime-node': 'onnxruntime.txt',
  'onnxruntime-common': 'onnxruntime.txt',
  'emitter-listener': 'emitter-listener.txt',
};
/** What stands for the text of the others. */
const NO_COPY: Readonly<Record<string, string>> = {
  'MIT-0': 'This licence asks for no copy of its text.',
  'Apache-2.0': "The text is that of this package's own LICENSE.",
};

/**
 * The licence of each npm package of which there is code in the tarball. Throws where there is none, or no text of it.
 */
export function licences(external: readonly string[]): string {
  const { metafile } = buildSync({
    absWorkingDir: PROJECT,
    entryPoints: ENTRIES.flatMap((entry) => globSync(entry, { cwd: PROJECT })),
    outdir: 'out',
    write: false,
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    external: [...external],
    metafile: true,
    logLevel: 'error',
  });
  const folders = Object.keys(metafile.inputs).flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
  );
  const named = new Map<string, string[]>();
  for (const folder of [...new Set([...folders, ...COPIED.map((name) => join('node_modules', name))])].sort()) {
    const { name, text } = licenceOf(folder);
    named.set(text, [...(named.get(text) ?? []), name]);
  }
  const parts = [...named].map(([text, names]) => `${names.join('\n')}\n\n${text}`.trim());
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** Many have the same text. */
function licenceOf(folder: string): { readonly name: string; readonly text: string } {
  const path = join(PROJECT, folder);
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Readonly<
    Record<string, string | undefined>
  >;
  if (license === undefined) throw new Error(`${folder}/package.json names no licence`);
  const files = readdirSync(path).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  const kept = KEPT[name!];
  const texts = [
    ...files.map((file) => join(path, file)),
    ...(kept === undefined ? [] : [join(__dirname, 'licences', kept)]),
  ].map((file) => readFileSync(file, 'utf8').trim());
  const text = texts.join('\n\n') || NO_COPY[license];
  if (text === undefined)
    throw new Error(`${folder} has no file with its licence ${license}: keep one in tools/package/licences`);
  return { name: `${name} ${version}: ${license}`, text };
}
