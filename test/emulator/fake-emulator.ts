import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpAnswer, type AwsRequest, lineOf, readBody } from '../../emulator/gateway/exchange';
import { startGateway } from '../../emulator/gateway/gateway';
import type { Behaviour } from '../../emulator/gateway/probes/probe';
import { Upstream } from '../../emulator/gateway/upstream';

/** What a fake emulator answers; undefined is 404. */
export type Answers = (request: AwsRequest) => HttpAnswer | undefined;

export const json = (body: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(JSON.stringify(body)),
});

export interface Sent {
  /** @default POST */
  readonly method?: string;
  /** @default / */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | object;
}

export interface Front {
  /** Sends a request to the gateway. */
  readonly send: (request: Sent) => Promise<HttpAnswer>;
  /** Every request that reached the emulator, in order. */
  readonly reached: readonly AwsRequest[];
  /** Ends the emulator alone. */
  readonly endEmulator: () => Promise<void>;
}

/** Runs `work` with a gateway in front of a fake emulator. */
export async function withGateway(
  supplied: readonly Behaviour[],
  answers: Answers,
  work: (front: Front) => Promise<void>,
  random?: () => number,
): Promise<void> {
  const reached: AwsRequest[] = [];
  const emulator = createServer((incoming, outgoing) => {
    void readBody(incoming).then((body) => {
      const request = { ...lineOf(incoming), body };
      reached.push(request);
      const { status, headers, body: answer } = tryTo(answers, request) ?? json({ __type: 'NotFound' }, {}, 404);
      outgoing.writeHead(status, headers).end(answer);
    });
  });
  emulator.listen(0, '127.0.0.1');
  await once(emulator, 'listening');
  const url = `http://127.0.0.1:${(emulator.address() as AddressInfo).port}`;
  const gateway = await startGateway(new Upstream(url), supplied, { ...(random && { random }) });
  const client = new Upstream(gateway.url);
  const endEmulator = async (): Promise<void> => {
    if (!emulator.listening) return;
    const closed = once(emulator, 'close');
    emulator.close();
    emulator.closeAllConnections();
    await closed;
  };
  try {
    await work({
      reached,
      endEmulator,
      send: ({ method = 'POST', target = '/', headers = {}, body = '' }) => {
        const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : JSON.stringify(body);
        return client.send({ method, target, headers, body: Buffer.from(bytes) });
      },
    });
  } finally {
    client.stop();
    await gateway.stop();
    await endEmulator();
  }
}

/** A fake that fails must not leave the gateway waiting. */
function tryTo(answers: Answers, request: AwsRequest): HttpAnswer | undefined {
  try {
    return answers(request);
  } catch (error) {
    return json({ __type: 'FakeFailed', message: String(error) }, {}, 500);
  }
}

export const said = ({ body }: HttpAnswer): unknown => JSON.parse(body.toString());
