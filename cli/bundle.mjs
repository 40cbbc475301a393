/*
 * Writes the command line as plain JavaScript into dist, so that a command starts in a tenth of a second of processor
 * time and needs neither tsx nor a checkout. `npm pack` runs it; in a checkout the next command does, where code has
 * changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..');
const DIST = join(PROJECT, 'dist');
/** What was made of which files, and where it is. */
const MADE = join(DIST, 'made.json');
/** A package has no lock file: it is what it is. */
const IS_CHECKOUT = existsSync(join(PROJECT, 'package-lock.json'));

/** Natives, and what reads files beside its own code; each is a dependency of the package. */
const REQUIRED = ['onnxruntime-node', 'aws-cdk-lib', 'constructs'];
/** Of a checkout alone. */
const EXTERNAL = ['esbuild'];
/** Processes of their own, which take part in no other bundle. */
const PROCESSES = ['model-process', 'remembering-process'];
const INTERPRETER = 'aws-local-stepfunctions';

/**
 * Folders by which code finds what lies beside it stay those of the source. What is required late to start sooner is
 * imported: the bundle is split where the command line imports late, and esbuild splits no module that is also
 * required.
 */
const sources = {
  name: 'sources',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/, namespace: 'file' }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (path.includes('node_modules')) return undefined;
      const folder = JSON.stringify(relative(PROJECT, dirname(path)));
      const imports = [];
      const contents = text
        .replaceAll('__dirname', `greenlightFolder(${folder})`)
        .replaceAll(/\brequire\(('[.#][^']+')\)/g, (_, from) => {
          imports.push(`import * as required${imports.length} from ${from};`);
          return `required${imports.length - 1}`;
        });
      return contents === text ? undefined : { contents: `${imports.join('')}${contents}`, loader: 'ts' };
    }),
};

/** CommonJS of others is required as it is: what it exports cannot be told from its text. */
const required = {
  name: 'required',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: new RegExp(`^(${REQUIRED.join('|')})(/|$)`) }, ({ path, namespace }) =>
      namespace === 'required' ? { path, external: true } : { path, namespace: 'required' },
    );
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
      resolveDir: PROJECT,
    }));
  },
};

/** A package runs on the Node.js that there is; version 20 has all but this. */
const NODE_20 = `Promise.withResolvers ??= function () {
  const made = {};
  made.promise = new this((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};`;

/** CommonJS packages in ES modules have these; and the project's folder is two above the bundle. */
const BANNER = `import { createRequire as greenlightRequire } from 'node:module';
import { dirname as greenlightDirname, join as greenlightJoin } from 'node:path';
import { fileURLToPath as greenlightPath } from 'node:url';
const require = greenlightRequire(import.meta.url);
const greenlightFile = greenlightPath(import.meta.url);
const greenlightHere = greenlightDirname(greenlightFile);
const greenlightFolder = (folder) => greenlightJoin(greenlightHere, '../..', folder);
${NODE_20}`;

/** A package is what it is: the times of a checkout's files would make each pack another one. */
async function bundle(forPackage = false) {
  const { build } = await import('esbuild');
  const common = {
    ...{
      absWorkingDir: PROJECT,
      bundle: true,
      platform: 'node',
      target: 'node20',
      write: false,
      minify: true,
      keepNames: true,
    },
    ...{ legalComments: 'none', logLevel: 'warning', mainFields: ['module', 'main'], external: EXTERNAL },
  };
  const program = build({
    ...common,
    ...{ entryPoints: ['cli/main.ts'], outdir: 'dist', format: 'esm', splitting: true, metafile: true },
    ...{
      outExtension: { '.js': '.mjs' },
      banner: { js: BANNER },
      plugins: [required, sources],
      define: { __filename: 'greenlightFile', __dirname: 'greenlightHere' },
    },
  });
  const processes = build({
    ...common,
    entryPoints: PROCESSES.map((name) => `simulator/runtime/${name}.ts`),
    ...{
      outdir: 'dist',
      format: 'cjs',
      banner: { js: NODE_20 },
      metafile: true,
      external: REQUIRED,
      outExtension: { '.js': '.cjs' },
    },
  });
  // Read as text and evaluated in virtual time, so that no bundle can hold it; it calls no AWS there.
  const interpreter = build({
    ...common,
    ...{ entryPoints: [INTERPRETER], outdir: 'dist', entryNames: INTERPRETER, format: 'cjs' },
    ...{ external: ['@aws-sdk/*'], outExtension: { '.js': '.cjs' } },
  });
  const built = await Promise.all([program, processes, interpreter]);
  const files = built.flatMap(({ outputFiles }) => outputFiles);
  const hash = createHash('sha256');
  for (const { contents } of files) hash.update(contents);
  const folder = `cli-${hash.digest('hex').slice(0, 16)}`;
  const own = join(DIST, `${folder}.${process.pid}`);
  mkdirSync(own, { recursive: true });
  for (const { path, contents } of files) writeFileSync(join(own, relative(DIST, path)), contents);
  // Several commands may find it stale at once: each writes a folder of its own and puts it in place whole.
  if (existsSync(join(DIST, folder))) rmSync(own, { recursive: true });
  else renameSync(own, join(DIST, folder));
  const inputs = built
    .flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}))
    .filter((path) => !path.includes('node_modules'))
    .concat('package-lock.json', 'cli/bundle.mjs');
  const made = { folder, inputs: forPackage ? [] : [...new Set(inputs)].map((path) => [path, stamp(path)]) };
  const temporary = `${MADE}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(made));
  renameSync(temporary, MADE);
  return join(DIST, folder);
}

/** Another size or time of change is another file; so is one that is gone. */
function stamp(path) {
  try {
    const { mtimeMs, size } = statSync(join(PROJECT, path));
    return `${mtimeMs} ${size}`;
  } catch {
    return 'gone';
  }
}

/** The folder of the bundle that is up to date: made now, where there is none. */
export async function upToDate() {
  try {
    const { folder, inputs } = JSON.parse(readFileSync(MADE, 'utf8'));
    const there = existsSync(join(DIST, folder, 'main.mjs'));
    const isOld = inputs.length === 0 || inputs.some(([path, was]) => stamp(path) !== was);
    if (there && !(IS_CHECKOUT && isOld)) return join(DIST, folder);
  } catch {
    // Never made, or made in part.
  }
  return bundle();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = await bundle(true);
  // A package has the newest alone, and nothing of a pack that was ended half-way.
  for (const name of readdirSync(DIST))
    if (/^(cli-|\w+(\.json)?\.\d+$)/.test(name) && join(DIST, name) !== made)
      rmSync(join(DIST, name), { recursive: true });
}
