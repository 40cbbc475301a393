import type { ChildProcess } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { Readable, Writable } from 'node:stream';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { type HookEvent, hookEventSchema } from '../../lambdas/contract/hooks';
import { PREVIEW_ALIAS } from '../../lambdas/contract/names';
import type { FunctionRuntime, InvocationResult } from '../../simulator/runtime/function-runtime';
import type { World } from '../../simulator/world';
import { answerUrl, bodyOf } from '../demo/function-url-server';
import type { RehearsedHook } from './hook-argument';
import { endGroup, startGroup } from './process-group';

/** Characters of an answer or a log that are kept. */
const KEPT = 1_000_000;
const LOG_LINES = 20;

/** What a hook wants of the account, or that it ended. */
type AskedOfAccount = () => Promise<void>;
type HookSaid = Readonly<{ payload: unknown }> | Readonly<{ errorType: string; errorMessage: string }>;

/**
 * Runs the user's hooks as processes of this machine. They reach green as in an account: by the preview's URL, and by
 * qualified ARNs through any AWS SDK, whose endpoint for Lambda is this process. World time stands still while one
 * works, and passes afterwards.
 */
export class HookRuntime implements FunctionRuntime {
  private readonly children = new Set<ChildProcess>();
  private readonly asked: AskedOfAccount[] = [];
  private wake = (): void => undefined;
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch((error: unknown) => refuse(response, error));
  });

  constructor(
    private readonly world: World,
    private readonly hooks: readonly RehearsedHook[],
  ) {
    for (const functionName of new Set(hooks.map((one) => one.functionName)))
      world.services.lambda.createFunction({
        ...{ functionName, logicalId: 'RehearsedHook', timeoutSeconds: 900, runtime: this },
      });
  }

  invoke(_: unknown, events: readonly unknown[]): Promise<readonly InvocationResult[]> {
    return Promise.all(events.map((event) => this.ask(hookEventSchema.parse(event))));
  }

  async stop(): Promise<void> {
    for (const child of this.children) await endGroup(child);
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise((closed) => this.server.close(closed));
  }

  private async ask(event: HookEvent): Promise<InvocationResult> {
    const { clock } = this.world;
    // It is there to be compared with: what a hook says of it is not what is rehearsed.
    if (event.blue === undefined)
      return {
        ...{ ok: true, logs: [], durationMs: 0 },
        payload: { verdict: 'pass', reason: 'blue was not asked about' },
      };
    const hook = this.hooks.find((one) => one.hook === event.hook)!;
    const [, , , , , , functionName = ''] = event.green.functionArn.split(':');
    const url = await clock.real(this.listen(functionName));
    const limitMs = Date.parse(event.answerBefore) - Date.parse(event.at);
    const preview = { ...event.preview, url: `${url}/` };
    let result: InvocationResult | undefined;
    void this.process(hook, { ...event, preview }, url, limitMs).then((ended) => {
      result = ended;
      this.wake();
    });
    for (;;) {
      await clock.real(this.somethingAsked(() => result !== undefined));
      if (result !== undefined) return result;
      // An invocation takes its time in the world.
      for (const work of this.asked.splice(0)) await work();
    }
  }

  private somethingAsked(ended: () => boolean): Promise<void> {
    return new Promise((awake) => {
      this.wake = awake;
      if (ended() || this.asked.length > 0) awake();
    });
  }

  private async process(
    { run, isModule }: RehearsedHook,
    event: HookEvent,
    url: string,
    limitMs: number,
  ): Promise<InvocationResult> {
    const began = performance.now();
    const own = process.env['AWS_ACCESS_KEY_ID'] ?? process.env['AWS_PROFILE'];
    const child = startGroup(run, {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: {
        // An SDK signs with something, also where a person has no account.
        ...(own === undefined && { AWS_ACCESS_KEY_ID: 'rehearsal', AWS_SECRET_ACCESS_KEY: 'rehearsal' }),
        AWS_REGION: 'eu-west-1',
        ...process.env,
        AWS_ENDPOINT_URL_LAMBDA: url,
      },
    });
    this.children.add(child);
    const [stdin, stdout, stderr, answer] = child.stdio as unknown as [Writable, Readable, Readable, Readable];
    // It may end without having read.
    stdin.on('error', () => undefined).end(JSON.stringify(event));
    const [out, log, told] = [stdout, stderr, answer].map(kept) as [KeptText, KeptText, KeptText];
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      void endGroup(child);
    }, limitMs);
    const code = await new Promise<number | string>((end) => {
      child.once('error', (error) => end(error.message));
      child.once('close', (status, signal) => end(status ?? signal ?? 'no code'));
    });
    clearTimeout(timer);
    this.children.delete(child);
    // World time passes the limit: what comes then is not listened to.
    if (late) return { ok: true, payload: null, logs: [], durationMs: limitMs + 1_000 };
    const logs = `${isModule ? out.text : ''}${log.text}`
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-LOG_LINES);
    const durationMs = Math.min(performance.now() - began, limitMs);
    const said = isModule
      ? (json(told.text) as HookSaid | undefined)
      : { payload: json(out.text) ?? out.text.slice(0, 200) };
    if (code !== 0 || said === undefined)
      return { ok: false, errorType: 'Exit', errorMessage: `it ended with ${code}`, logs, durationMs };
    return 'payload' in said
      ? { ok: true, payload: said.payload, logs, durationMs }
      : { ok: false, ...said, logs, durationMs };
  }

  private async listen(functionName: string): Promise<string> {
    this.functionName = functionName;
    if (!this.server.listening)
      await new Promise<void>((resolve, reject) => {
        this.server.once('error', reject);
        this.server.listen(0, '127.0.0.1', resolve);
      });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private functionName = '';

  /** Lambda's Invoke, or the preview's URL. */
  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname) ?? [];
    if (name === undefined) return answerUrl(this.world, this.functionName, PREVIEW_ALIAS, request, response);
    const input = {
      FunctionName: decodeURIComponent(name),
      Qualifier: searchParams.get('Qualifier') ?? undefined,
      LogType: request.headers['x-amz-log-type'] === 'Tail' ? ('Tail' as const) : undefined,
      Payload: Buffer.from(await bodyOf(request)),
    };
    this.asked.push(() =>
      this.world.user.lambda.send(new InvokeCommand(input)).then(
        ({ Payload, ExecutedVersion, FunctionError, LogResult }) => {
          const headers = {
            'x-amz-executed-version': ExecutedVersion,
            'x-amz-function-error': FunctionError,
            'x-amz-log-result': LogResult,
          };
          response.writeHead(
            200,
            Object.entries(headers).flatMap(([key, value]) => (value === undefined ? [] : [key, value])),
          );
          response.end(Payload);
        },
        (error: unknown) => refuse(response, error),
      ),
    );
    this.wake();
  }
}

/** As Lambda does; an SDK makes its own error of it. */
function refuse(response: ServerResponse, error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 500;
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name });
  response.end(JSON.stringify({ Type: 'User', Message: message }));
}

interface KeptText {
  text: string;
}

function kept(stream: Readable): KeptText {
  const all: KeptText = { text: '' };
  stream.on('data', (chunk: Buffer) => (all.text = (all.text + chunk.toString('utf8')).slice(-KEPT)));
  return all;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
