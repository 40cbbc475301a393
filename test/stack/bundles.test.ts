import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HANDLER_NAMES } from '../../lambdas/contract/names';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import type * as Report from '../../lambdas/report/render-report';
import { writeHandler, writeModelServer } from '../../lib/bundle-files';

/** What a cold start has to read and compile. The largest holds six clients of the SDK. */
const BUNDLE_LIMIT = 700_000;
/** How the code that closes rollouts calls the page of a rollout. */
const REPORT = '#report';
const record: RolloutRecord = {
  ...{ id: 'rollout-1', endpoint: 'digits', status: 'ended', startedAt: '2026-11-23T09:00:00Z' },
  ...{ startedBy: 'upload', reason: '', outcome: 'rejected', error: 'InvalidUpload', cause: 'no model' },
};

/** Lambda takes 250 MB unzipped; this leaves no room for a second platform. */
const ENDPOINT_LIMIT = 60_000_000;

const root = mkdtempSync(join(tmpdir(), 'bundles-'));
const directoryOf = (name: string): string => join(root, name);
const codeOf = (name: string): string => readFileSync(join(directoryOf(name), 'index.js'), 'utf8');
const PLATFORMS = ['arm64', 'x64'] as const;
const bundles = [...HANDLER_NAMES, ...PLATFORMS];

beforeAll(() => {
  for (const name of HANDLER_NAMES) writeHandler(name, directoryOf(name));
  for (const platform of PLATFORMS) writeModelServer(platform, directoryOf(platform));
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

const bytesIn = (path: string): number =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, entry) => sum + bytesIn(join(path, entry)), 0)
    : statSync(path).size;

describe('bundles', () => {
  it(`have ${BUNDLE_LIMIT} bytes at most`, () => {
    const sizes = bundles.map((name) => [name, Buffer.byteLength(codeOf(name))] as const);
    const table = sizes.map(([name, bytes]) => `${String(bytes).padStart(8)} ${name}`).join('\n');
    const above = sizes.filter(([, bytes]) => bytes > BUNDLE_LIMIT).map(([name]) => name);
    if (above.length > 0) throw new Error(`above ${BUNDLE_LIMIT} bytes: ${above.join(', ')}\n${table}`);
  });

  it('bring everything with them that Node does not have, the SDK too', () => {
    const provided = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);
    const missing = bundles.map((name) => [
      name,
      required(codeOf(name)).filter((one) => !provided.has(one) && one !== REPORT),
    ]);
    const onnxRuntime = PLATFORMS.map((name) => [name, ['onnxruntime-node']]);
    expect(missing).toEqual([...HANDLER_NAMES.map((name) => [name, []]), ...onnxRuntime]);
  });

  it('of the handlers that close rollouts hold the page, as a file that only the end of a rollout reads', () => {
    const closing = HANDLER_NAMES.filter((name) => codeOf(name).includes(REPORT));
    expect(closing).toEqual(['start-rollout', 'finish-rollout', 'restore-blue', 'safety-net', 'reconcile']);
    for (const name of closing) {
      const load = createRequire(join(directoryOf(name), 'index.js'));
      const { renderReport } = load(REPORT) as typeof Report;
      expect(renderReport({ record, evidence: {} })).toContain('<h1>digits: rollout-1 was refused');
      // Of its style nothing is in the handler's own code.
      expect([name, codeOf(name).includes('prefers-color-scheme')]).toEqual([name, false]);
    }
  });

  it('take credentials from the environment alone', () => {
    const others = /AWS_CONTAINER_CREDENTIALS|AWS_WEB_IDENTITY_TOKEN_FILE|sso_start_url/;
    for (const name of bundles) {
      expect([name, codeOf(name).match(/AWS_SECRET_ACCESS_KEY/)?.[0]]).toEqual([name, 'AWS_SECRET_ACCESS_KEY']);
      expect([name, codeOf(name).match(others)?.[0]]).toEqual([name, undefined]);
    }
  });

  it.each(PLATFORMS)('of an endpoint on %s hold that platform and no other', (platform) => {
    const native = join(directoryOf(platform), 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6', 'linux');
    expect(readdirSync(native)).toEqual([platform]);
    expect(bytesIn(directoryOf(platform))).toBeLessThan(ENDPOINT_LIMIT);
    expect(bytesIn(native)).toBeGreaterThan(20_000_000);
  });
});

/** esbuild leaves `require("…")` for what it was told to leave out or could not find. Messages have it in brackets. */
const required = (code: string): readonly string[] => [
  ...new Set([...code.matchAll(/(?<!\[)\brequire\("([^"]+)"\)/g)].map(([, name]) => name ?? '')),
];
