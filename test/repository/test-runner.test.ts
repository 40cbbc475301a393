import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
/** The second worker asks what to run long after the first one was told. */
const SLOW = `if (process.env.TINYPOOL_WORKER_ID === '2' && process.argv[1]?.includes('tinypool')) {
  const begin = Date.now();
  while (Date.now() - begin < 1_000);
}`;

it('tells each worker what to run, also one that starts late', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  try {
    mkdirSync(join(folder, 'tests'));
    for (const name of ['a', 'b', 'c', 'd'])
      writeFileSync(join(folder, 'tests', `${name}.test.cjs`), `it('${name}', () => expect(1).toBe(1));`);
    writeFileSync(join(folder, 'slow.cjs'), SLOW);
    const config = {
      rootDir: join(folder, 'tests'),
      runner: join(ROOT, '.config/jest-runner.mjs'),
      testMatch: ['**/*.test.cjs'],
      cache: false,
    };
    writeFileSync(join(folder, 'jest.json'), JSON.stringify(config));
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/jest/bin/jest.js'), '--config', join(folder, 'jest.json'), '--maxWorkers=2'],
      // A worker without an answer waits for ever; nothing that answers takes minutes.
      {
        env: { ...process.env, NODE_OPTIONS: `--require "${join(folder, 'slow.cjs')}"` },
        encoding: 'utf8',
        timeout: 300_000,
      },
    );
    expect([status, stderr]).toEqual([0, expect.stringContaining('4 passed, 4 total')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
