import { HANDLER_NAMES, type HandlerName } from './handlers';
import { cpSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type * as Esbuild from 'esbuild';

const PROJECT = resolve(__dirname, '..');
const LAMBDAS = join(PROJECT, 'lambdas');

export type Platform = 'arm64' | 'x64';

/** The model server itself; what Lambda imports is the entry beside it. */
export const SERVER_CODE = 'server.js';

/** Required by the code that closes rollouts; the same name in package.json leads to its source. */
const REPORT = '#report';

/**
 * Writes index.js: one handler as a single file, with the AWS SDK inside. Starts faster, and is what was tested. The
 * page of a rollout is a file beside it, which only the end of a rollout reads.
 */
export function writeHandler(name: HandlerName, directory: string): void {
  const code = handlers().get(name)!;
  writeFileSync(join(directory, 'index.js'), code);
  if (!code.includes(REPORT)) return;
  writeFileSync(join(directory, 'report.js'), bundled([join(LAMBDAS, 'pages', 'report', 'render-report.ts')])[0]!);
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ imports: { [REPORT]: './report.js' } }));
}

let madeHandlers: ReadonlyMap<HandlerName, string> | undefined;

/** All at once: what many share is read once, which is 2.4 times as fast, and not a byte of any is another. */
function handlers(): ReadonlyMap<HandlerName, string> {
  madeHandlers ??= new Map(
    bundled(HANDLER_NAMES.map((name) => join(LAMBDAS, 'handlers', `${name}.ts`))).map((code, at) => [
      HANDLER_NAMES[at]!,
      code,
    ]),
  );
  return madeHandlers;
}

/**
 * Lambda evaluates an ES module to its end, top-level `await` included, before it takes an environment as started. A
 * CommonJS module ends at once, and what it has begun may be frozen half-way. The server itself stays CommonJS, as its
 * native part is.
 */
const ENTRY = `import server from './${SERVER_CODE}';
await server.started;
export const handler = server.handler;
`;

/** Writes the model server's entry, the server, and beside it the parts of onnxruntime-node that it loads. */
export function writeModelServer(platform: Platform, directory: string): void {
  writeFileSync(join(directory, SERVER_CODE), bundled([join(LAMBDAS, 'model-server', 'handler.ts')])[0]!);
  writeFileSync(join(directory, 'index.mjs'), ENTRY);
  copyOnnxRuntime(platform, directory);
}

/** The code of each entry, in their order. */
function bundled(entryPoints: readonly string[]): readonly string[] {
  // Loaded here because most tests synthesise without bundles and need not wait for it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const esbuild = require('esbuild') as typeof Esbuild;
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [...entryPoints],
    // Nothing is written there: it gives each output the name of its entry.
    outdir: PROJECT,
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    external: ['onnxruntime-node', REPORT],
    // Saves 100 to 130 KB of each bundle.
    alias: { '@aws-sdk/credential-provider-node': join(LAMBDAS, 'adapters', 'lambda', 'credentials.ts') },
    absWorkingDir: PROJECT,
    logLevel: 'warning',
  });
  return outputFiles.map(({ text }) => text);
}

/**
 * The package holds every platform (288 MB); a function may have 250 MB. Its own code, what it requires at run time and
 * the one platform come to 25 MB (arm64) or 46 MB (x64).
 */
function copyOnnxRuntime(platform: Platform, directory: string): void {
  const runtime = dirname(require.resolve('onnxruntime-node/package.json'));
  // Its package.json is not exported, so we come from its main file, dist/cjs/index.js.
  const common = resolve(dirname(require.resolve('onnxruntime-common', { paths: [runtime] })), '..', '..');
  const modules = join(directory, 'node_modules');
  for (const part of ['package.json', 'dist', join('bin', 'napi-v6', 'linux', platform)])
    cpSync(join(runtime, part), join(modules, 'onnxruntime-node', part), { recursive: true, filter: neededAtRunTime });
  for (const part of ['package.json', join('dist', 'cjs')])
    cpSync(join(common, part), join(modules, 'onnxruntime-common', part), { recursive: true, filter: neededAtRunTime });
}

const neededAtRunTime = (path: string): boolean => !/\.(map|d\.ts)$/.test(path);
