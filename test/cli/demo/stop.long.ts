import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const out = mkdtempSync(join(tmpdir(), 'greenlight-demo-'));

afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Every process below this one, at the moment. */
function below(pid: number): readonly number[] {
  const pairs = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = pairs.filter(([, parent]) => parent === pid).map(([child = 0]) => child);
  return children.flatMap((child) => [child, ...below(child)]);
}

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // Ended, but its parent has not read its exit code: it does nothing any more.
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
};

/** What the demo says, once it has said a certain thing. */
function said(demo: ChildProcess, what: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    demo.once('exit', (code) => reject(new Error(`the demo ended with ${code}: ${text}`)));
    for (const stream of [demo.stdout, demo.stderr])
      stream?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes(what)) resolve(text);
      });
  });
}

const start = (): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', 'cli/demo/main.ts', '--out', out], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

it('ends at Ctrl-C with 130 and leaves no process behind', async () => {
  const demo = start();
  await said(demo, 'promoted-first');
  const processes = below(demo.pid!);
  // The users and the live model, at least.
  expect(processes.length).toBeGreaterThanOrEqual(2);
  const last = said(demo, 'nothing of it still runs');
  const ended = new Promise((resolve) => demo.once('exit', resolve));
  demo.kill('SIGINT');
  expect(await last).not.toContain('\u001b');
  expect(await ended).toBe(130);
  expect(processes.filter(runs)).toEqual([]);
});

it('takes its processes along when it is killed', async () => {
  const demo = start();
  await said(demo, 'promoted-first');
  const processes = below(demo.pid!);
  demo.removeAllListeners('exit');
  const ended = new Promise((resolve) => demo.once('exit', resolve));
  demo.kill('SIGKILL');
  await ended;
  // They hear of it by their broken connection: there is nothing to wait for but that.
  while (processes.some(runs)) await new Promise(setImmediate);
  expect(processes.filter(runs)).toEqual([]);
});
