import { execFile } from 'node:child_process';
import { join } from 'node:path';

const BINARY = join(__dirname, '../../cli/greenlight.mjs');

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program itself, without any credentials, where nothing answers. */
const run = (...argv: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true' };
    execFile(process.execPath, [BINARY, ...argv], { env, timeout: 250_000 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });

it('judges a recorded canary again, without an app', async () => {
  const trace = join(__dirname, '../judge/traces/036-bad-errors_5pp-r100-w0.1.json');
  const [judged, help, missing] = await Promise.all([run('replay', trace), run('replay', '--help'), run('replay')]);
  expect(judged).toMatchObject({ code: 0, out: expect.stringContaining('FAIL at minute 5 of 60') as unknown, err: '' });
  expect(help.out).toContain('greenlight replay PATH...');
  expect([missing.code, missing.out]).toEqual([2, '']);
});

it('runs as a program: help, a mistake, no region, no recording', async () => {
  const [help, mistake, nowhere, missing] = await Promise.all([
    run('--help'),
    run('nonsense'),
    run('status', '--json'),
    run('history', '--demo', '/nonexistent'),
  ]);
  expect([help.code, help.err]).toEqual([0, '']);
  expect(help.out).toContain('greenlight status');
  expect([mistake.code, mistake.out]).toEqual([2, '']);
  expect(mistake.err).toContain('Unknown command: nonsense');
  expect([nowhere.code, nowhere.err]).toEqual([3, '']);
  expect(JSON.parse(nowhere.out)).toMatchObject({
    version: 1,
    command: 'status',
    exitCode: 3,
    error: { name: 'NoRegion' },
  });
  expect([missing.code, missing.err]).toEqual([3, expect.stringContaining('AppUnknown')]);
});
