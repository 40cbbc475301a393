import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createListener, type Socket } from 'node:net';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseRehearsalArguments } from '../../../cli/rehearse/arguments';
import { rehearse } from '../../../cli/rehearse/rehearse';

/*
 * Servers that run already, named by URL, in place of ONNX files: here two of a few lines, behind a path of their own.
 */
const scratch = mkdtempSync(join(tmpdir(), 'rehearse-servers-'));
const running: Server[] = [];
afterAll(() => {
  for (const server of running) server.close().closeAllConnections();
  rmSync(scratch, { recursive: true });
});

const tensor = (name: string, datatype: string) => ({ name, datatype, shape: [-1, 2] });
const METADATA = {
  name: 'theirs',
  inputs: [tensor('x', 'FP32')],
  outputs: [{ name: 'label', datatype: 'INT64', shape: [-1] }],
};

/** Answers which of its two numbers is larger; `fails` says for which rows it answers 500. */
async function server(fails: (x: readonly number[]) => boolean = () => false): Promise<string> {
  const made = createServer((asked, answer) => {
    let body = '';
    asked.on('data', (chunk: Buffer) => (body += chunk.toString()));
    asked.on('end', () => {
      const end = (status: number, said: unknown) =>
        answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
      if (asked.url === '/base/v2/health/ready') return end(200, { ready: true });
      if (asked.url === '/base/v2/models/theirs') return end(200, METADATA);
      if (asked.url !== '/base/v2/models/theirs/infer') return end(404, { error: `nothing at ${asked.url}` });
      const x = (JSON.parse(body) as { inputs: { data: number[] }[] }).inputs[0]!.data.flat();
      if (fails(x)) return end(500, { error: 'broken' });
      return end(200, { outputs: [{ ...METADATA.outputs[0], shape: [1], data: [x[1]! > x[0]! ? 1 : 0] }] });
    });
  });
  running.push(made);
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}/base/`;
}

const data = Array.from({ length: 60 }, (_, index) => [index % 7, (index * 3) % 5]);
const labels = data.map(([a = 0, b = 0]) => (b > a ? 1 : 0));
const set = { name: 's', inputName: 'x', datatype: 'FP32', shape: [60, 2], data, labels };
const [golden, traffic, settings] = ['golden.json', 'traffic.json', 'settings.json'].map((file) =>
  join(scratch, file),
) as [string, string, string];
writeFileSync(golden, JSON.stringify(set));
// What users ask and the golden set does not.
writeFileSync(traffic, JSON.stringify({ ...set, data: data.map((row, index) => (index % 3 ? row : [9, 1])) }));
// How long an answer takes is this machine's affair.
const harm = { harm: { points: 0.05 } };
const gates = { latency: false, errors: harm, predictions: { harmPoints: 0.25 }, throttles: harm };
writeFileSync(settings, JSON.stringify({ gates }));

async function rehearsalOf(blue: string, green: string, rpm = 100) {
  const options = parseRehearsalArguments([
    ...['--server', blue, '--server', green, '--model-name', 'theirs', '--golden', golden, '--traffic', traffic],
    ...['--settings', settings, '--rpm', String(rpm), '--strategy', '{"steps":[{"weight":50,"bakeMinutes":6}]}'],
    ...['--out', join(scratch, 'out')],
  ]);
  if (options === 'help') throw new Error('no help was asked for');
  const { summary, record } = await rehearse(options, () => undefined);
  return { ...summary.rollouts[0], state: record.state };
}

it('are rolled out and judged by what they answer', async () => {
  const [blue, green] = [await server(), await server()];
  expect(await rehearsalOf(blue, green)).toMatchObject({ outcome: 'promoted', cause: null });
});

it('are stopped where one fails what the other answers', async () => {
  const [blue, green] = [await server(), await server(([a]) => a === 9)];
  expect(await rehearsalOf(blue, green)).toMatchObject({ outcome: 'aborted', gate: 'errors' });
});

it('are told by their address where nothing answers there', async () => {
  const gone = 'http://127.0.0.1:9/';
  // Refused before any traffic: how many users blue has changes nothing.
  expect((await rehearsalOf(await server(), gone, 5)).cause).toContain(`${gone}v2/health/ready`);
});

/** A command whose server never gets ready and lives as long as its connection to the test, with a shell around it. */
const neverReady = (port: number) =>
  `'${process.execPath}' -e "require('node:net').connect(${port}, '127.0.0.1')" {port}; true`;

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  'that were started end with the rehearsal, also by %s',
  async (signal, code) => {
    const listener = createListener();
    const connected = new Promise<Socket>((resolve) => listener.once('connection', resolve));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const command = neverReady((listener.address() as AddressInfo).port);
    const sides = ['--server', command, '--server', command, '--golden', golden, '--traffic', traffic];
    const argv = ['--import', 'tsx', 'cli/rehearse/main.ts', ...sides, '--out', join(scratch, signal)];
    const rehearsal = spawn(process.execPath, argv, { cwd: join(__dirname, '../../..'), stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => rehearsal.once('exit', resolve));
    const socket = await connected;
    const gone = new Promise((resolve) =>
      socket
        .once('close', resolve)
        .once('error', () => undefined)
        .resume(),
    );
    try {
      rehearsal.kill(signal);
      expect(await ended).toBe(code);
      await Promise.race([
        gone,
        delay(20_000, undefined, { ref: false }).then(() => Promise.reject(new Error('its server still runs'))),
      ]);
    } finally {
      socket.destroy();
      listener.close();
    }
  },
  60_000,
);

it('may stand beside a file of any name', async () => {
  // Named as what stands for the other side in the bucket.
  const blue = join(scratch, 'green-server.onnx');
  writeFileSync(blue, readFileSync('test/model-server/fixtures/field/columns.onnx'));
  const options = parseRehearsalArguments([
    ...['--blue', blue, '--server', await server(), '--golden', golden, '--traffic', traffic],
    ...['--out', join(scratch, 'beside')],
  ]);
  if (options === 'help') throw new Error('no help was asked for');
  const { summary } = await rehearse(options, () => undefined);
  // Blue is the file, and takes other inputs than this golden set has.
  expect(summary.rollouts[0]).toMatchObject({ cause: expect.stringContaining('age') as string });
});

it('write nothing where the folder cannot be made', async () => {
  const file = join(scratch, 'golden.json');
  for (const out of [file, join(file, 'below')]) {
    const options = parseRehearsalArguments([
      ...[
        '--server',
        await server(),
        '--server',
        await server(),
        '--golden',
        golden,
        '--traffic',
        traffic,
        '--out',
        out,
      ],
    ]);
    if (options === 'help') throw new Error('no help was asked for');
    await expect(rehearse(options, () => undefined)).rejects.toThrow(/^--out .*: is no folder that can be written/);
  }
});
