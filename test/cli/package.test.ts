import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');
const program = join(ROOT, 'cli/greenlight.mjs');
/** Where nothing of this project is. */
const empty = mkdtempSync(join(tmpdir(), 'greenlight-empty-'));

function run(file: string, ...argv: readonly string[]) {
  const env = { PATH: process.env['PATH'], HOME: empty, AWS_EC2_METADATA_DISABLED: 'true' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...argv], {
    env,
    cwd: empty,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

/** The folder of the bundle that is up to date. */
function bundleFolder(): string {
  expect(run(program, '--version').code).toBe(0);
  const made = JSON.parse(readFileSync(join(ROOT, 'dist/made.json'), 'utf8')) as { readonly folder: string };
  return join(ROOT, 'dist', made.folder);
}

/** What a module makes Node.js load before a line of it runs. */
function loadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, name = ''] of text.matchAll(/(?:\bfrom|\bimport) ?"(\.\/[^"]+\.mjs)"/g))
    loadedBy(join(dirname(file), name), seen);
  return seen;
}

it('loads little before a command runs: no SDK, no statistics, no simulator', () => {
  const files = [...loadedBy(join(bundleFolder(), 'main.mjs'))];
  const size = files.reduce((sum, file) => sum + statSync(file).size, 0);
  // 370 KB when this was written: 0.1 s of processor time on a quiet core; with the SDK and zod's languages it was 1.2
  // MB.
  expect(size).toBeLessThan(550_000);
  const text = files.map((file) => readFileSync(file, 'utf8')).join('');
  for (const heavy of ['aws-sdk/3', 'mt19937', 'StateMachineDeleting']) expect(text).not.toContain(heavy);
});

it('is bundled again when the code has changed, and only then', () => {
  const folder = bundleFolder();
  const before = statSync(join(ROOT, 'dist/made.json')).mtimeMs;
  expect(bundleFolder()).toBe(folder);
  expect(statSync(join(ROOT, 'dist/made.json')).mtimeMs).toBe(before);
});
