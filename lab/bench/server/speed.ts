import { createHash } from 'node:crypto';
import { Agent, createServer, request as httpRequest, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { parseModelServerEnv } from '../../../lambdas/contract/model-server-env';
import { createModelServer } from '../../../lambdas/model-server/create-model-server';
import { emfSink } from '../../../lambdas/model-server/emf-sink';
import { bodyOf, tensorOf, tensorOfBytes, type Case } from './cases';

/** Times of one request, ms: bare onnxruntime and the endpoint, in one process and over loopback. */
export interface Speed {
  readonly case: Pick<Case, 'name' | 'form'>;
  readonly bare: Quantiles;
  readonly served: Quantiles;
  readonly bareLoopback: Quantiles;
  readonly servedLoopback: Quantiles;
}

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

const CONTEXT = {
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:bench:live',
};

/** Asks both in turn, so that what else the machine does slows both down. */
export async function speedOf(one: Case, requests: number): Promise<Speed> {
  const session = await InferenceSession.create(one.model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const { handle } = await serverOf(one);
  const { headers, body } = bodyOf(one);
  const text = one.form === 'JSON';
  const event = {
    rawPath: '/v2/models/bench/infer',
    requestContext: { http: { method: 'POST' } },
    headers,
    body: body.toString(text ? 'utf8' : 'base64'),
    isBase64Encoded: !text,
  };
  const bare = () => session.run({ [one.input.name]: tensorOf(one) });
  const served = () => handle(event);
  const inProcess = await sideBySide([bare, served], requests);

  const bareAt = await listening(
    (from, answer) =>
      void read(from).then(async (bytes) => {
        // Lambda hands a body that is no text to any handler in base64.
        const handed = text ? bytes : Buffer.from(bytes.toString('base64'), 'base64');
        answer.end(await runBare(session, one, handed));
      }),
  );
  const servedAt = await listening(
    (from, answer) =>
      void read(from).then(async (bytes) => {
        const result = await handle({ ...event, body: bytes.toString(text ? 'utf8' : 'base64') });
        answer.writeHead(result.statusCode, result.headers);
        answer.end(Buffer.from(result.body, result.isBase64Encoded ? 'base64' : 'utf8'));
      }),
  );
  const overLoopback = await sideBySide(
    [() => bareAt.post(headers, body), () => servedAt.post(headers, body)],
    requests,
  );
  bareAt.close();
  servedAt.close();
  await session.release();
  return {
    case: one,
    bare: inProcess[0]!,
    served: inProcess[1]!,
    bareLoopback: overLoopback[0]!,
    servedLoopback: overLoopback[1]!,
  };
}

/** What a program would do without a server: the body's values into a tensor, the answer as JSON. */
async function runBare(session: InferenceSession, one: Case, body: Buffer): Promise<string> {
  const given =
    one.form === 'JSON' ? (JSON.parse(body.toString('utf8')) as { inputs: { data: never[] }[] }) : undefined;
  const { input } = one;
  const start = body.length - (one.values as Float32Array).byteLength;
  const tensor = given
    ? input.datatype === 'BYTES'
      ? new Tensor('string', given.inputs[0]!.data, input.shape)
      : new Tensor('float32', Float32Array.from(given.inputs[0]!.data), input.shape)
    : tensorOfBytes(one, body.subarray(start));
  const outputs = await session.run({ [input.name]: tensor });
  return JSON.stringify(
    Object.entries(outputs).map(([name, { dims, data }]) => ({
      name,
      shape: dims,
      data: Array.from(data as ArrayLike<unknown>, (value) => (typeof value === 'bigint' ? Number(value) : value)),
    })),
  );
}

async function serverOf({ model }: Case) {
  const sha256 = createHash('sha256').update(model).digest('hex');
  const server = createModelServer({
    env: parseModelServerEnv({
      GREENLIGHT_ENDPOINT: 'bench',
      GREENLIGHT_MODEL_BUCKET: 'b',
      GREENLIGHT_MODEL_KEY: 'k',
      GREENLIGHT_MODEL_VERSION_ID: 'v',
      GREENLIGHT_MODEL_SHA256: sha256,
      GREENLIGHT_THREADS: '1',
    }),
    source: {
      open: async () => ({
        contentLength: model.byteLength,
        chunks: (async function* () {
          yield model;
        })(),
      }),
    },
    metrics: emfSink(() => undefined),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  await server.load();
  let asked = 0;
  const handle = async (event: unknown) => {
    const answer = await server.handle(event, { ...CONTEXT, awsRequestId: `r${(asked += 1)}` });
    if (answer.statusCode !== 200) throw new Error(`the endpoint answered ${answer.statusCode}: ${answer.body}`);
    return answer;
  };
  return { handle };
}

async function sideBySide(works: readonly (() => Promise<unknown>)[], requests: number): Promise<readonly Quantiles[]> {
  const times = works.map((): number[] => []);
  for (let round = -Math.ceil(requests / 5); round < requests; round += 1) {
    for (const [index, work] of works.entries()) {
      const began = performance.now();
      await work();
      if (round >= 0) times[index]!.push(performance.now() - began);
    }
  }
  return times.map((all) => {
    const sorted = all.sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
    return { p50: at(0.5), p99: at(0.99) };
  });
}

async function listening(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  return {
    post: (headers: Record<string, string>, body: Buffer) =>
      new Promise<void>((resolve, reject) => {
        const asked = httpRequest(
          { port, agent, method: 'POST', headers: { ...headers, 'content-length': body.length } },
          (answer) => answer.on('end', resolve).resume(),
        );
        asked.on('error', reject).end(body);
      }),
    close: () => {
      agent.destroy();
      server.close();
    },
  };
}

async function read(from: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of from) chunks.push(chunk);
  return Buffer.concat(chunks);
}
