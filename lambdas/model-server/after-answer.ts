import { request } from 'node:http';

type Work = () => Promise<void>;

/** Does work that no answer waits for. */
export interface AfterAnswer {
  readonly later: (work: Work) => void;
  /** An invocation ended: its answer is on its way. */
  readonly answered: (requestId: string) => void;
}

const NAME = 'greenlight-capture';
const REGISTER_LIMIT_MS = 2_000;
/** Lambda's runtime sends the answer in the turns of the event loop after the handler's end. */
const ANSWER_FIRST_MS = 5;

/**
 * Once a handler has answered, Lambda freezes its environment: what it had begun stands still until the next request. But it
 * waits for extensions, after it has handed on the answer, and counts their time apart from the function's duration:
 * https://aws.amazon.com/blogs/compute/running-code-after-returning-a-response-from-an-aws-lambda-function/
 * So this process registers as an extension of its own, which must be done before the function has started, and asks for the
 * next event when the work of the last one is done. Where that is not possible, away from Lambda, work is begun at once.
 */
export async function afterAnswers(api: string | undefined): Promise<AfterAnswer> {
  const id = api === undefined ? undefined : await register(api).catch(() => undefined);
  if (api === undefined || id === undefined) return { later: (work) => void work(), answered: () => undefined };
  const works: Work[] = [];
  let ended: string | undefined;
  let heard: ((requestId: string) => void) | undefined;

  async function follow(extension: string): Promise<never> {
    for (;;) {
      const { requestId } = await nextEvent(api!, extension);
      if (ended !== requestId)
        await new Promise<void>((resolve) => {
          heard = (one) => one === requestId && resolve();
        });
      heard = undefined;
      if (works.length > 0) await new Promise((resolve) => setTimeout(resolve, ANSWER_FIRST_MS));
      // Work is bounded by itself and never rejects.
      await Promise.all(works.splice(0).map((work) => work()));
    }
  }
  // An extension that asks no more would hold every invocation to its timeout; a process that ends is begun anew.
  follow(id).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
  return {
    later: (work) => void works.push(work),
    answered: (requestId) => {
      ended = requestId;
      heard?.(requestId);
    },
  };
}

/** Answers the id by which Lambda knows this extension. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html */
async function register(api: string): Promise<string> {
  const { headers } = await call(`http://${api}/2020-01-01/extension/register`, {
    method: 'POST',
    headers: { 'Lambda-Extension-Name': NAME, 'Content-Type': 'application/json' },
    body: JSON.stringify({ events: ['INVOKE'] }),
    signal: AbortSignal.timeout(REGISTER_LIMIT_MS),
  });
  const id = headers['lambda-extension-identifier'];
  if (typeof id !== 'string') throw new Error('register: no Lambda-Extension-Identifier');
  return id;
}

/** Waits for as long as the environment is frozen: no time limit. */
async function nextEvent(api: string, extension: string): Promise<{ readonly requestId: string }> {
  const { body } = await call(`http://${api}/2020-01-01/extension/event/next`, {
    method: 'GET',
    headers: { 'Lambda-Extension-Identifier': extension },
  });
  return JSON.parse(body) as { requestId: string };
}

interface Call {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

const call = (url: string, { method, headers, body, signal }: Call) =>
  new Promise<{ readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }>((resolve, reject) => {
    const sent = request(url, { method, headers, ...(signal && { signal }) }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        if (answer.statusCode === 200) resolve({ headers: answer.headers, body: Buffer.concat(chunks).toString() });
        else reject(new Error(`${method} ${url}: ${answer.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
