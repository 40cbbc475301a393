import { spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { parseRehearsalArguments } from '../../../cli/rehearse/arguments';
import { run } from '../../../tools/python/run';
import { venvPython } from '../../../tools/python/venv';
import { page } from '../../repository/docs/markdown-files';
import { stage } from '../../model-server/feedback-stage';
import { loopback } from '../loopback';

/*
 * examples/python: what it writes and exports is rehearsed as its own lines say, and its client asks a model server.
 */

const PROJECT = join(__dirname, '../../..');
const EXAMPLE = join(PROJECT, 'examples/python');
const scratch = mkdtempSync(join(tmpdir(), "python's examples, é-"));
let python = '';
beforeAll(async () => {
  python = await venvPython({ name: 'python-examples', requirements: join(EXAMPLE, 'requirements.txt') });
});
afterAll(() => rmSync(scratch, { recursive: true }));

async function exampleOf(interpreter: string, ...argv: readonly string[]): Promise<string> {
  const { code, text } = await run(interpreter, argv, { env: process.env, cwd: EXAMPLE });
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}:\n${text.slice(-4_000)}`);
  return text;
}

it('writes what a frame or an array holds, and refuses by name what no request can say', async () => {
  expect(await exampleOf(python, '-m', 'unittest')).toMatch(/Ran \d+ tests[\s\S]*OK/);
});

it('exports and writes what the guide says, word by word, from a table of any columns', async () => {
  const blocks = [...page('docs/guides/your-model-from-python.md').matchAll(/^```python\n([\s\S]*?)^```/gm)];
  const [exported = '', written = ''] = blocks.map(([, block = '']) => block);
  const folder = join(scratch, 'guide');
  mkdirSync(folder);
  copyFileSync(join(EXAMPLE, 'requests_file.py'), join(folder, 'requests_file.py'));
  await exampleOf(
    python,
    '-c',
    `from made_up import customers; customers().to_csv(${JSON.stringify(join(folder, 'data.csv'))}, index=False)`,
  );
  writeFileSync(join(folder, 'guide.py'), `${exported}\n${written}`);
  const { code, text } = await run(python, ['guide.py'], { env: process.env, cwd: folder });
  expect([code, text.slice(-2_000)]).toEqual([0, expect.not.stringContaining('Error')]);
  const [blue, green, golden, traffic] = ['blue.onnx', 'green.onnx', 'golden.json', 'traffic.json'].map((file) =>
    join(folder, file),
  ) as [string, string, string, string];
  const read = parseRehearsalArguments([blue, green, '--golden', golden, '--traffic', traffic]);
  expect(read === 'help' ? undefined : read.traffic?.requests.length).toBeGreaterThan(100);
});

/** Latency is left out: how busy this machine is would decide it. */
const SETTINGS = { gates: { latency: false } };

/** The line that an export prints last, as a person copies it. */
function rehearsed(printed: string, more: string): { readonly code: number | null; readonly text: string } {
  const line = printed.trim().split('\n').at(-1)!;
  expect(line).toMatch(/^npm run rehearse -- /);
  const settings = join(scratch, 'settings.json');
  writeFileSync(settings, JSON.stringify(SETTINGS));
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', `${line} --rpm 600 --settings '${settings.replaceAll("'", `'\\''`)}' --out "$1"`, 'bash', more],
    { cwd: PROJECT, encoding: 'utf8' },
  );
  return { code: status, text: `${stdout}${stderr}` };
}

it.each([
  ['sklearn', /output output_label says the class\).*monthly_cost \(FP32\), months \(INT64\).*city \(BYTES\)/],
  ['xgboost', /output label says the class\)\. Inputs: x \(FP32\)/],
  ['lightgbm', /the labels are text\)\. Inputs: x \(FP32\)/],
])('exports two models of %s that are rehearsed by the line that it prints', async (library, understood) => {
  const folder = join(scratch, library);
  const { code, text } = rehearsed(await exampleOf(python, `export_${library}.py`, folder), `${folder}-out`);
  expect([code, text]).toEqual([0, expect.stringMatching(understood)]);
  expect(text).toContain('PROMOTED');
});

/**
 * PyTorch's wheel and the CUDA libraries that it links are 3 GB to load and 4.8 GB on the disk, Debian's package brings
 * 175 others: too much for CI, so `GREENLIGHT_PYTORCH=1` asks for it. Files that it wrote are in
 * test/cli/rehearse/pytorch.
 */
const withPyTorch = process.env['GREENLIGHT_PYTORCH'] === '1';
(withPyTorch ? it : it.skip)(
  'exports two models of PyTorch, whose weights lie beside them, that are rehearsed',
  async () => {
    const torch = await venvPython({ name: 'pytorch', requirements: join(__dirname, 'pytorch.requirements.txt') });
    const folder = join(scratch, 'pytorch');
    const { code, text } = rehearsed(await exampleOf(torch, 'export_pytorch.py', folder), `${folder}-out`);
    expect([code, text]).toEqual([0, expect.stringContaining('the largest value of an answer is the labelled class')]);
    expect(text).toContain('PROMOTED');
  },
);

it('walks from a DataFrame to a rollout that is promoted, and to one that no user meets', async () => {
  const text = await exampleOf(python, 'walk_through.py', join(scratch, 'walk'));
  expect(text).toMatch(/green: promoted after \d+ minutes, \d+ of its answers judged/);
  expect(text).toMatch(/bad: rejected, ModelRejected: .*golden set/);
  const [, report = ''] = /report: (.*)/.exec(text) ?? [];
  expect(readFileSync(report, 'utf8')).toContain('<html');
});

describe('the client', () => {
  const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret/+=', sessionToken: 'token' };
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
  };

  /** Lines of Python with a client of the server, and what they print as JSON. */
  async function ask(url: string, lines: readonly string[], more = ''): Promise<unknown> {
    const program = [
      'import json, random',
      'import numpy as np, pandas as pd',
      'from client import Client, Refused',
      'slept = []',
      `client = Client(${JSON.stringify(url)}, "m", region="eu-west-1", sleep=slept.append${more})`,
      ...lines,
    ].join('\n');
    const { code, text } = await run(python, ['-c', program], { env, cwd: EXAMPLE });
    if (code !== 0) throw new Error(text);
    return JSON.parse(text.trim().split('\n').at(-1)!) as unknown;
  }

  it('asks with frames and arrays, and sends labels back', async () => {
    const model = readFileSync(join(scratch, 'sklearn/blue.onnx'));
    const { server: served } = stage(model);
    const server = await loopback(served);
    try {
      const found = await ask(server.url, [
        'frame = pd.DataFrame({"city": ["Oslo", "Bergen"], "plan": ["pro", "basic"], "calls": [1, 9], "months": ' +
          '[40, 1], "monthly_cost": [20.0, 90.5]})',
        'answer = client.infer(frame)',
        'label = client.feedback(answer.request_id, np.array([0, 1]))',
        'many = client.feedback_many([(client.infer(frame[:1]).request_id, np.int64(0)), ("cut", 1)])',
        'print(json.dumps({"label": answer["output_label"].tolist(), "sum": ' +
          'answer["output_probability"].sum(1).round(5).tolist(), "version": answer.version, "id": ' +
          'answer.request_id == answer.request_id.strip(), "fed": label["status"], "rows": label["rows"], "many": ' +
          '[one["status"] for one in many]}))',
      ]);
      expect(found).toEqual({
        ...{ label: [0, 1], sum: [1, 1], version: '7', id: true },
        ...{ fed: 'taken', rows: 2, many: ['taken', 'refused'] },
      });
    } finally {
      await server.stop();
    }
  });

  /** Answers with these statuses, one after another; 0 ends the connection. */
  async function answering(statuses: readonly number[], work: (url: string, seen: IncomingMessage[]) => Promise<void>) {
    const seen: IncomingMessage[] = [];
    const server: Server = createServer((request, response) => {
      request.resume().on('end', () => {
        if (request.method === 'GET')
          return response.end(JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }] }));
        const status = statuses[seen.push(request) - 1] ?? 200;
        if (status === 0) return request.socket.destroy();
        response.statusCode = status;
        const failed = { code: 'Odd', error: 'it is odd', field: 'inputs[0]' };
        return response.end(JSON.stringify(status === 200 ? { model_version: '1', outputs: [] } : failed));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, seen);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }
  const TRIED = [
    'try:',
    '    says = client.infer(np.ones((1, 2), np.float32)).version',
    'except Refused as error:',
    '    says = [error.status, error.code, error.field]',
    'except Exception as error:',
    '    says = type(error).__name__',
    'print(json.dumps({"says": says, "slept": slept}))',
  ];

  it.each<[string, readonly number[], unknown, number]>([
    ['429 and 503', [429, 503], '1', 3],
    ['a connection that ends', [0, 0, 0], '1', 4],
  ])('tries again after %s, with pauses of chance that grow', async (_, statuses, says, requests) => {
    await answering(statuses, async (url, seen) => {
      const found = (await ask(url, ['random.uniform = lambda low, high: high', ...TRIED])) as { slept: number[] };
      expect(found).toMatchObject({ says });
      expect(found.slept).toEqual([0.2, 0.4, 0.8].slice(0, requests - 1));
      expect(seen).toHaveLength(requests);
    });
  });

  it('draws its pauses, so that callers do not come back together', async () => {
    await answering([503, 503, 503], async (url) => {
      const { slept } = (await ask(url, TRIED)) as { slept: number[] };
      expect(slept.every((pause, at) => pause >= 0 && pause < 0.2 * 2 ** at)).toBe(true);
      expect(new Set(slept).size).toBe(3);
    });
  });

  it.each([400, 403, 404, 413, 415, 422, 500, 502, 504])('never asks twice after %s', async (status) => {
    await answering([status, 200], async (url, seen) => {
      expect(await ask(url, TRIED)).toEqual({ says: [status, 'Odd', 'inputs[0]'], slept: [] });
      expect(seen).toHaveLength(1);
    });
  });

  it('gives up after its attempts with what was said last', async () => {
    await answering([503, 503, 429, 503], async (url, seen) => {
      expect(await ask(url, TRIED, ', attempts=3')).toMatchObject({ says: [429, 'Odd', 'inputs[0]'] });
      expect(seen).toHaveLength(3);
    });
  });

  it("signs each try as AWS's own library does", async () => {
    await answering([503], async (url, seen) => {
      await ask(url, TRIED);
      expect(seen).toHaveLength(2);
      for (const { headers, method = '' } of seen) {
        const { host = '', authorization = '' } = headers;
        const body = '{"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 2], "data": [1.0, 1.0]}]}';
        const { sha256 } = new LambdaClient({ region: 'eu-west-1', credentials: CREDENTIALS }).config;
        const signer = new SignatureV4({
          ...{ service: 'lambda', region: 'eu-west-1', credentials: CREDENTIALS, applyChecksum: false, sha256 },
        });
        const at = String(headers['x-amz-date']).replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
        const signed = await signer.sign(
          {
            ...{ method, protocol: 'http:', hostname: '127.0.0.1', path: '/v2/models/m/infer', body },
            headers: { 'content-type': 'application/json', host },
          },
          { signingDate: new Date(at) },
        );
        expect(authorization.replaceAll(' ', '')).toBe(String(signed.headers['authorization']).replaceAll(' ', ''));
      }
    });
  });

  it('says what is missing before it asks', async () => {
    const failing = (code: string, more: NodeJS.ProcessEnv) =>
      run(python, ['-c', `from client import Client\n${code}`], { cwd: EXAMPLE, env: { ...env, ...more } });
    const region = await failing('Client("http://127.0.0.1:1", "m")', { AWS_REGION: '', AWS_DEFAULT_REGION: '' });
    expect(region.text).toContain('no region: set AWS_REGION, or pass region');
    const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true', HOME: scratch };
    expect((await failing('Client("http://127.0.0.1:1", "m", region="x")', none)).text).toContain('no AWS credentials');
    const read = await failing('print(Client("https://a.lambda-url.eu-north-1.on.aws/", "m").region)', {});
    expect(read.text.trim()).toBe('eu-north-1');
  });
});
