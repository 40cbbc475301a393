import * as z from 'zod';
import { createHash } from 'node:crypto';
import { request as httpRequest, Agent } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { performance } from 'node:perf_hooks';
import { inferResponse, SELF_TEST_PATH } from '../../lambdas/contract/inference-protocol';
import { parseModelServerEnv } from '../../lambdas/contract/model-server-env';
import { LIVE_ALIAS } from '../../lambdas/contract/names';
import { emfSink } from '../../lambdas/model-server/emf-sink';
import { freePort } from '../../tools/free-port';
import { lastLines } from '../../tools/python/run';
import { endGroup, hasEnded, startGroup } from './process-group';
import { ServedCounter } from './served-counter';
import type { EngineClock } from '../../simulator/clock';
import type {
  FunctionRuntime,
  RuntimeContext,
  InvocationResult,
  RuntimeVersion,
} from '../../simulator/runtime/function-runtime';

/** A server of one's own in place of an ONNX file: one that runs already, or a command that starts one. */
export type RehearsedServer =
  { readonly kind: 'url'; readonly url: string } | { readonly kind: 'command'; readonly command: string };

export const SIDES = ['blue', 'green'] as const;
export type SideName = (typeof SIDES)[number];

/** A server that is to be rehearsed did not become ready, or went away; the message has the last that it said. */
export class ServerNotReady extends Error {
  override readonly name = 'ServerNotReady';
}

const READY_MS = 120_000;
const POLL_MS = 100;
const KEPT_CHARS = 2_000;

export interface ServerRuntimeOptions {
  readonly servers: Partial<Readonly<Record<SideName, RehearsedServer>>>;
  /** The name that the servers know their model by, in `/v2/models/{name}`. */
  readonly modelName: string;
  /** The endpoint's, in the order of their index. */
  readonly classNames: readonly string[] | undefined;
  /** Of the world that this is a part of. */
  readonly clock: () => EngineClock;
  /** Runs what is no server: the side's own ONNX file. */
  readonly files: FunctionRuntime;
}

/** The object that stands for a server in the bucket: its content is never read. */
export const standIn = (side: SideName): { readonly file: string; readonly bytes: Uint8Array } => ({
  file: `${side}-server.onnx`,
  bytes: Buffer.from(`${side} is a server of one's own\n`),
});
const sha256Of = (side: SideName): string => createHash('sha256').update(standIn(side).bytes).digest('hex');
const STAND_INS: Readonly<Record<SideName, string>> = { blue: sha256Of('blue'), green: sha256Of('green') };

/**
 * Serves versions from servers that speak the Open Inference Protocol, in any language. What the built-in model server
 * counts of its answers is counted here, of theirs: so that every gate has its numbers, whatever the server itself
 * counts.
 */
export class ServerRuntime implements FunctionRuntime {
  private readonly counters = new Map<string, ServedCounter>();
  private readonly running: Partial<Record<SideName, Promise<Server>>> = {};

  constructor(private readonly options: ServerRuntimeOptions) {}

  async start(version: RuntimeVersion): Promise<void> {
    const side = this.sideOf(version);
    if (side === undefined) await this.options.files.start?.(version);
    else await this.options.clock().real(this.server(side).catch(() => undefined));
  }

  invoke(version: RuntimeVersion, events: readonly unknown[], context: RuntimeContext) {
    const side = this.sideOf(version);
    if (side === undefined) return this.options.files.invoke(version, events, context);
    return this.options.clock().real(this.all(side, version, events, context));
  }

  retire(functionName: string, version: string): void {
    this.options.files.retire?.(functionName, version);
  }

  async stop(): Promise<void> {
    for (const server of Object.values(this.running)) await server.then((one) => one.stop()).catch(() => undefined);
    await this.options.files.stop();
  }

  /** By what the version's object holds: any file may have any name. */
  private sideOf({ environment }: RuntimeVersion): SideName | undefined {
    const sha256 = environment['GREENLIGHT_MODEL_SHA256'];
    return SIDES.find((side) => this.options.servers[side] !== undefined && sha256 === STAND_INS[side]);
  }

  private server(side: SideName): Promise<Server> {
    return (this.running[side] ??= startServer(this.options.servers[side]!, this.options.modelName));
  }

  /** One after the other, as an environment of Lambda does. */
  private async all(side: SideName, version: RuntimeVersion, events: readonly unknown[], context: RuntimeContext) {
    const results: InvocationResult[] = [];
    for (const event of events) {
      try {
        results.push(await this.one(await this.server(side), version, urlEvent.parse(event), context));
      } catch (error) {
        const { name, message } = error instanceof Error ? error : new Error(String(error));
        results.push({ ok: false, errorType: name, errorMessage: `${side}: ${message}`, logs: [], durationMs: 0 });
      }
    }
    return results;
  }

  private async one(
    server: Server,
    version: RuntimeVersion,
    event: z.infer<typeof urlEvent>,
    { invokedFunctionArn, functionVersion }: RuntimeContext,
  ): Promise<InvocationResult> {
    const env = parseModelServerEnv(version.environment);
    const logs: string[] = [];
    const metrics = emfSink((line) => logs.push(line.trimEnd()));
    const about = { endpoint: env.endpoint, version: functionVersion, at: this.options.clock().now() };
    if (event.rawPath === SELF_TEST_PATH) {
      metrics.record({ ...about, outcome: 'model-error', answers: {} });
      const body = JSON.stringify({ error: 'The model failed: on purpose.', code: 'ModelFailed' });
      return { ok: true, payload: { statusCode: 500, headers: {}, body }, logs, durationMs: 0 };
    }
    const path = event.rawPath.replace(`/v2/models/${env.modelName}`, `/v2/models/${this.options.modelName}`);
    const began = performance.now();
    const { method } = event.requestContext.http;
    const { status, text } = await server.ask(method, path, event.body, version.timeoutSeconds * 1000);
    const durationMs = performance.now() - began;
    const counter = this.counters.get(version.version) ?? new ServedCounter(env, this.options.classNames);
    this.counters.set(version.version, counter);
    const answered = status === 200 ? completed(text, env.modelName, functionVersion) : text;
    const told = method === 'GET' && status === 200 ? counter.metadata(json(answered)) : undefined;
    const body = told === undefined ? answered : JSON.stringify(told);
    if (invokedFunctionArn.endsWith(`:${LIVE_ALIAS}`)) {
      const parsed = path.endsWith('/infer') && status === 200 ? inferResponse.safeParse(json(body)) : undefined;
      if (parsed?.success) {
        const answers = counter.count(json(event.body ?? ''), parsed.data);
        metrics.record({ ...about, outcome: 'answered', answers, warmMs: durationMs });
      } else if (path.endsWith('/infer') && (status >= 500 || status === 200))
        metrics.record({ ...about, outcome: outcomeOf(body), answers: {}, warmMs: durationMs });
      else metrics.recordOther(about);
    }
    const headers = { 'content-type': 'application/json', 'x-greenlight-version': functionVersion };
    return { ok: true, payload: { statusCode: status, headers, body }, logs, durationMs };
  }
}

const urlEvent = z.looseObject({
  rawPath: z.string(),
  requestContext: z.looseObject({ http: z.looseObject({ method: z.string() }) }),
  body: z.string().optional(),
});

const outcomeOf = (body: string): 'model-error' | 'non-finite-output' =>
  z.looseObject({ code: z.literal('NonFiniteOutput') }).safeParse(json(body)).success
    ? 'non-finite-output'
    : 'model-error';

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the protocol lets a server leave out, and Greenlight reads. */
function completed(text: string, model: string, version: string): string {
  const body = json(text);
  if (typeof body !== 'object' || body === null) return text;
  if ('inputs' in body) return JSON.stringify({ versions: [version], platform: 'of its own', ...body, name: model });
  return 'outputs' in body ? JSON.stringify({ ...body, model_name: model, model_version: version }) : text;
}

interface Server {
  ask(
    method: string,
    path: string,
    body: string | undefined,
    limitMs: number,
  ): Promise<{ status: number; text: string }>;
  stop(): Promise<void>;
}

async function startServer(server: RehearsedServer, modelName: string): Promise<Server> {
  if (server.kind === 'url')
    return serverAt(
      new URL(server.url),
      async () => undefined,
      () => undefined,
    );
  const port = await freePort();
  const command = server.command.replaceAll('{port}', String(port));
  const child = startGroup([command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: String(port), GREENLIGHT_ENDPOINT: modelName, GREENLIGHT_MODEL_NAME: modelName },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-KEPT_CHARS)));
  // The last lines first: a message that quotes this may cut it.
  const lastSaid = () => lastLines(said, 2).slice(-300) || 'nothing';
  const why = () =>
    hasEnded(child)
      ? `it said: ${lastSaid()}, and ended (${child.signalCode ?? child.exitCode}): \`${command}\``
      : undefined;
  const at = serverAt(new URL(`http://127.0.0.1:${port}`), () => endGroup(child), why);
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const answer = await at.ask('GET', '/v2/health/ready', undefined, READY_MS).catch(() => undefined);
    if (answer?.status === 200) return at;
    const gone = why();
    if (gone !== undefined) throw new ServerNotReady(gone);
    if (performance.now() > deadline) {
      await at.stop();
      const answered =
        answer === undefined ? 'nothing answers' : `it answers ${answer.status}: ${answer.text.slice(0, 200)}`;
      throw new ServerNotReady(`after ${READY_MS / 1000} s ${answered}; it said: ${lastSaid()}: \`${command}\``);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function serverAt(origin: URL, stop: () => Promise<void>, whyGone: () => string | undefined): Server {
  const secure = origin.protocol === 'https:';
  const agent = secure ? undefined : new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    ask: (method, path, body, limitMs) =>
      new Promise((resolve, reject) => {
        const url = new URL(origin.pathname.replace(/\/$/, '') + path, origin);
        const headers =
          body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
        const fail = (error: Error) =>
          reject(new ServerNotReady(whyGone() ?? `${method} ${url.href}: ${error.message}`));
        const send = secure ? httpsRequest : httpRequest;
        const asked = send(url, { method, headers, agent, signal: AbortSignal.timeout(limitMs) }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', fail);
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          );
        });
        asked.on('error', fail);
        asked.end(body);
      }),
    stop: async () => {
      agent?.destroy();
      await stop();
    },
  };
}
