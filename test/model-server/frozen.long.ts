import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeModelServer } from '../../lib/bundle-files';
import { digits, event, input } from './serve';

/*
 * Lambda freezes an environment as soon as its module has been evaluated and no request is there. The real bundle runs
 * in a process that SIGSTOP freezes; S3 is a server on this machine that does what connections do meanwhile. Nothing
 * here depends on how long a thing takes: each step waits for the one before.
 */
const model = digits('v1-baseline.onnx');
const half = model.length >> 1;
const request = event('POST', '/v2/models/digits/infer', input('pixels', 'FP32', [1, 64], new Array(64).fill(0)));
/** Without time for its init, so that the environment is taken as started with a download under way. */
const NO_TIME = ['--import', 'data:text/javascript,process.uptime=()=>1000'];

const bundle = mkdtempSync(join(tmpdir(), 'frozen-'));
beforeAll(() => writeModelServer(process.arch as 'arm64' | 'x64', bundle));
afterAll(() => rmSync(bundle, { recursive: true }));
interface Message {
  readonly evaluated?: true;
  readonly pong?: true;
  readonly answer?: { readonly statusCode: number; readonly body: string };
}

/**
 * One environment and its S3. `first` answers the first request for the model; whatever comes later is answered well.
 */
async function stage(kind: 'provisioned-concurrency' | 'on-demand', first: (answer: ServerResponse) => void) {
  const asked: (string | undefined)[] = [];
  let heardFirst: () => void = () => undefined;
  const firstAsked = new Promise<void>((resolve) => (heardFirst = resolve));
  const s3 = createServer((from: IncomingMessage, answer: ServerResponse) => {
    asked.push(from.headers.range);
    if (asked.length === 1) {
      answer.writeHead(200, { 'content-length': model.length });
      first(answer);
      return heardFirst();
    }
    const start = Number(/^bytes=(\d+)-$/.exec(from.headers.range ?? '')?.[1] ?? 0);
    answer.writeHead(start > 0 ? 206 : 200, { 'content-length': model.length - start });
    answer.end(model.subarray(start));
  });
  s3.listen(0, '127.0.0.1');
  await once(s3, 'listening');
  const child = fork(join(__dirname, '../../tools/bundles/lambda-environment.mts'), [bundle], {
    execArgv: ['--no-warnings', ...(kind === 'on-demand' ? NO_TIME : [])],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'nobody',
      AWS_SECRET_ACCESS_KEY: 'nothing',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(s3.address() as AddressInfo).port}`,
      AWS_LAMBDA_INITIALIZATION_TYPE: kind,
      GREENLIGHT_ENDPOINT: 'digits',
      GREENLIGHT_MODEL_BUCKET: 'bucket',
      GREENLIGHT_MODEL_KEY: 'models/digits/v1.onnx',
      GREENLIGHT_MODEL_VERSION_ID: 'v',
      GREENLIGHT_MODEL_SHA256: createHash('sha256').update(model).digest('hex'),
    },
  });
  const heard: Message[] = [];
  child.on('message', (message: Message) => heard.push(message));
  return {
    asked,
    firstAsked,
    child,
    isEvaluated: () => heard.some(({ evaluated }) => evaluated),
    evaluated: () => heardOf(child, heard, 'evaluated'),
    /** The process has gone on since now. */
    async turned() {
      child.send({ ping: true });
      await heardOf(child, heard, 'pong');
    },
    async invoke() {
      child.send({ event: request });
      const { answer } = await heardOf(child, heard, 'answer');
      return { status: answer?.statusCode, said: answer?.body };
    },
    async end() {
      child.kill('SIGKILL');
      s3.closeAllConnections();
      s3.close();
      await once(s3, 'close');
    },
  };
}

async function heardOf(child: ChildProcess, heard: readonly Message[], what: keyof Message): Promise<Message> {
  for (;;) {
    const found = heard.findLast((message) => message[what] !== undefined);
    if (found) return found;
    await once(child, 'message');
  }
}

it('holds a provisioned environment until the model is loaded, which is then served whatever a freeze does', async () => {
  let rest: () => void = () => undefined;
  const on = await stage('provisioned-concurrency', (answer) => {
    answer.write(model.subarray(0, half));
    rest = () => answer.end(model.subarray(half));
  });
  try {
    await on.firstAsked;
    await on.turned();
    expect(on.isEvaluated()).toBe(false);
    rest();
    await on.evaluated();
    on.child.kill('SIGSTOP');
    on.child.kill('SIGCONT');
    expect(await on.invoke()).toMatchObject({ status: 200 });
    expect(on.asked).toEqual([undefined]);
  } finally {
    await on.end();
  }
});

it.each<[string, number, (answer: ServerResponse) => void]>([
  ['was reset', half, (answer) => answer.socket?.destroy()],
  ['went silent', half, () => undefined],
  ['went silent before its first byte', 0, () => undefined],
])('answers the first user after a freeze in which the connection %s', async (_, sent, meanwhile) => {
  let connection: ServerResponse | undefined;
  const on = await stage('on-demand', (answer) => {
    if (sent > 0) answer.write(model.subarray(0, sent));
    connection = answer;
  });
  try {
    // The start does not wait for a model that takes longer than Lambda's limit for it.
    await on.evaluated();
    await on.firstAsked;
    await on.turned();
    on.child.kill('SIGSTOP');
    meanwhile(connection!);
    on.child.kill('SIGCONT');
    expect(await on.invoke()).toMatchObject({ status: 200 });
    expect(on.asked).toHaveLength(2);
  } finally {
    await on.end();
  }
});
