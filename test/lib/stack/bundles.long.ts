import { HANDLER_NAMES } from '../../../lib/handlers';
import { buildSync } from 'esbuild';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { MODEL_SERVER } from '../../../lambdas/contract/names';
import type { RolloutRecord } from '../../../lambdas/contract/rollout-record';
import type * as Report from '../../../lambdas/pages/report/render-report';
import type { Platform } from '../../../lib/bundle-files';
import { runsHere } from '../../../lab/bench/bundles/measure';
import { type DeployedBundle, bytesIn, deployedBundles } from '../../../tools/bundles/deployed-bundles';
import { runAlone } from '../../../tools/bundles/run-bundle';
import { page, tableRows } from '../../repository/docs/markdown-files';

/** What a cold start has to read and compile. The largest holds six clients of the SDK. */
const BUNDLE_LIMIT = 1_000_000;
/** And the page of a rollout, which is read where one ends and at no cold start. */
const STEP_LIMIT = BUNDLE_LIMIT + 150_000;
/** How the code that closes rollouts calls the page of a rollout. */
const REPORT = '#report';
const record: RolloutRecord = {
  ...{ id: 'rollout-1', endpoint: 'digits', status: 'ended', startedAt: '2026-11-23T09:00:00Z' },
  ...{ startedBy: 'upload', reason: '', outcome: 'rejected', error: 'InvalidUpload', cause: 'no model' },
};

/** Lambda takes 250 MB unzipped; this leaves no room for a second platform. */
const ENDPOINT_LIMIT = 60_000_000;
/** A page that is this far from what is deployed needs writing anew. */
const PAGE_TOLERANCE = 0.1;

const root = mkdtempSync(join(tmpdir(), 'bundles-'));
const PLATFORMS = ['arm64', 'x64'] as const satisfies readonly Platform[];
const HANDLERS = HANDLER_NAMES.map((name) => ({ name, platform: 'any' as const }));
const ALL = [...HANDLERS, ...PLATFORMS.map((platform) => ({ name: MODEL_SERVER, platform }) as const)];
type Which = (typeof ALL)[number];

let bundles: readonly DeployedBundle[] = [];
let imports: ReadonlyMap<string, readonly string[]> = new Map();
beforeAll(() => {
  bundles = deployedBundles(join(root, 'cdk.out'));
  imports = importsOfAll();
});
afterAll(() => rmSync(root, { recursive: true }));

function bundle({ name, platform }: Which): DeployedBundle {
  const found = bundles.find((one) => one.name === name && one.platform === platform);
  if (found === undefined) throw new Error(`${name} for ${platform} is not deployed`);
  return found;
}
const codeOf = (which: Which): string => readFileSync(join(bundle(which).directory, bundle(which).code), 'utf8');

it('are one for each handler and one for each platform of the endpoint', () => {
  expect(bundles.map(({ name, platform }) => ({ name, platform }))).toEqual(ALL);
  expect(new Set(bundles.map(({ directory }) => directory)).size).toBe(ALL.length);
});

it(`have ${BUNDLE_LIMIT} bytes of code at most`, () => {
  const sizes = ALL.map((which) => [which.name, Buffer.byteLength(codeOf(which))] as const);
  const table = sizes.map(([name, bytes]) => `${String(bytes).padStart(8)} ${name}`).join('\n');
  const above = sizes.filter(([, bytes]) => bytes > BUNDLE_LIMIT).map(([name]) => name);
  if (above.length > 0) throw new Error(`above ${BUNDLE_LIMIT} bytes: ${above.join(', ')}\n${table}`);
  for (const which of HANDLERS) {
    expect(bytesIn(bundle(which).directory)).toBeLessThanOrEqual(STEP_LIMIT);
    expect(readdirSync(bundle(which).directory)).toEqual(
      codeOf(which).includes(REPORT) ? ['index.js', 'package.json', 'report.js'] : ['index.js'],
    );
  }
});

it.each(PLATFORMS)('of an endpoint on %s hold that platform and no other', (platform) => {
  const { directory } = bundle({ name: MODEL_SERVER, platform });
  const native = join(directory, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6', 'linux');
  expect(readdirSync(native)).toEqual([platform]);
  expect(bytesIn(directory)).toBeLessThan(ENDPOINT_LIMIT);
  expect(bytesIn(native)).toBeGreaterThan(20_000_000);
});

it.each(ALL)('of $name ($platform) hold the SDK: they import what Node.js has and nothing else', (which) => {
  const missing = (imports.get(nameOf(which)) ?? ['not read']).filter(
    (path) => !builtinModules.includes(path.replace(/^node:/, '')),
  );
  // onnxruntime is native code, and lies beside it.
  expect(missing.filter((path) => path !== REPORT)).toEqual(which.name === MODEL_SERVER ? ['onnxruntime-node'] : []);
  expect(codeOf(which)).toMatch(/"@aws-sdk\/client-[a-z0-9-]+"/);
});

it('of the handlers that close rollouts hold the page, as a file that only the end of a rollout reads', () => {
  const closing = HANDLERS.filter((which) => codeOf(which).includes(REPORT));
  expect(closing.map(({ name }) => name)).toEqual([
    'start-rollout',
    'finish-rollout',
    'restore-blue',
    'safety-net',
    'reconcile',
  ]);
  for (const which of closing) {
    const { directory, entry } = bundle(which);
    const { renderReport } = createRequire(join(directory, entry))(REPORT) as typeof Report;
    expect(renderReport({ record, evidence: {} })).toContain('<h1>digits: rollout-1 was refused');
    // Of its style nothing is in the handler's own code.
    expect([which.name, codeOf(which).includes('prefers-color-scheme')]).toEqual([which.name, false]);
  }
});

// Native code of another processor cannot be run here.
it.each(ALL.filter(runsHere))(
  'of $name ($platform) start, and answer, where no other code is found, and without a warning',
  async (which) => {
    expect(await runAlone(bundle(which))).toEqual({ outside: [], warnings: [] });
  },
);

it.each(ALL)('of $name ($platform) take credentials from the environment alone', (which) => {
  const others = /AWS_CONTAINER_CREDENTIALS|AWS_WEB_IDENTITY_TOKEN_FILE|sso_start_url/;
  expect(codeOf(which)).toContain('AWS_SECRET_ACCESS_KEY');
  expect(codeOf(which).match(others)?.[0]).toBeUndefined();
});

/** What each deployed file requires and imports, at once or later, as esbuild reads it: all in one run. */
function importsOfAll(): ReadonlyMap<string, readonly string[]> {
  const { metafile } = buildSync({
    entryPoints: ALL.map((which) => {
      const { directory, entry } = bundle(which);
      return { in: join(directory, entry), out: nameOf(which) };
    }),
    outdir: root,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  return new Map(
    Object.entries(metafile.outputs).map(([file, { imports }]) => [
      basename(file, '.js'),
      [...new Set(imports.map(({ path }) => path))],
    ]),
  );
}

const nameOf = ({ name, platform }: Which): string => `${name}-${platform}`;

it('are those that docs/reference/bundles.md tells of, with their sizes', () => {
  const rows = tableRows(page('docs/reference/bundles.md'));
  expect(rows.map(([name]) => name)).toEqual(
    ALL.map(({ name, platform }) => (platform === 'any' ? name : `${name} (${platform})`)),
  );
  const stale = ALL.filter((which, index) => {
    const real = Buffer.byteLength(codeOf(which)) / 1000;
    return Math.abs(Number(rows[index]?.[1]) - real) > PAGE_TOLERANCE * real;
  });
  expect(stale).toEqual([]);
});
