import { execFile } from 'node:child_process';

/** The program as a shell starts it. */
const run = (...argv: readonly string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, ['cli/greenlight.mjs', 'replay', ...argv], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });

const TRACES = 'test/judge/traces';

it('prints JSON and nothing else on standard output, however long', async () => {
  const { code, stdout, stderr } = await run(TRACES, '--json');
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toHaveLength(20);
});

it('ends with code 2 for a file that is no trace, and says why on standard error', async () => {
  const { code, stdout, stderr } = await run('tsconfig.json', '--json');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('replay: tsconfig.json: ');
});
