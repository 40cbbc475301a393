import { buildSync } from 'esbuild';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { PREBUILT } from '../../lib/bundle';
import { writeHandler, writeModelServer } from '../../lib/bundle-files';
import { HANDLER_NAMES } from '../../lib/handlers';
import { declarations } from './declarations';
import { licences } from './licences';

const PROJECT = resolve(__dirname, '../..');
/** What an app has itself, and what a checkout alone loads. */
const EXTERNAL = ['aws-cdk-lib', 'constructs', 'esbuild', 'onnxruntime-node'];

/**
 * Writes the folder that package.json exports: the constructs as plain JavaScript, their types, and every bundle that
 * they deploy. What is imported as an ES module is the CommonJS module by another name, so that a class is one class in
 * an app that does both.
 */
export function writeConstructs(target: string): void {
  const folder = `${target}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  const code = join(folder, 'index.js');
  buildSync({
    absWorkingDir: PROJECT,
    entryPoints: ['lib/index.ts'],
    outfile: code,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: EXTERNAL,
    legalComments: 'none',
    logLevel: 'warning',
  });
  writeBundles(join(folder, PREBUILT));
  const names = Object.keys(createRequire(code)(code) as object);
  writeFileSync(join(folder, 'index.mjs'), `export { ${names.join(', ')} } from './index.js';\n`);
  writeFileSync(join(folder, 'index.d.ts'), declarations().types);
  writeFileSync(join(folder, 'index.d.mts'), "export * from './index.js';\n");
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), licences(EXTERNAL));
  rmSync(target, { recursive: true, force: true });
  renameSync(folder, target);
}

function writeBundles(folder: string): void {
  const made = (...path: readonly string[]) => {
    const directory = join(folder, ...path);
    mkdirSync(directory, { recursive: true });
    return directory;
  };
  for (const name of HANDLER_NAMES) writeHandler(name, made('handlers', name));
  for (const platform of ['arm64', 'x64'] as const) writeModelServer(platform, made('model-server', platform));
}
