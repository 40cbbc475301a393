import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAnswers } from '../../lambdas/model-server/capture';

/**
 * Lambda's API for extensions, as far as one extension sees it: it registers once, and each event waits until it is
 * asked for.
 */
class ExtensionsApi {
  readonly asked: string[] = [];
  registration = { status: 200, body: '' };
  private readonly events: string[] = [];
  private waiting: ServerResponse | undefined;
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      this.asked.push(path.replace('/2020-01-01/extension/', ''));
      if (path.endsWith('/register')) {
        this.registration.body = Buffer.concat(chunks).toString();
        response.writeHead(this.registration.status, { 'Lambda-Extension-Identifier': 'ext-1' }).end('{}');
        return;
      }
      expect(request.headers['lambda-extension-identifier']).toBe('ext-1');
      this.waiting = response;
      this.deliver();
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  invoke(requestId: string): void {
    this.events.push(JSON.stringify({ eventType: 'INVOKE', requestId, deadlineMs: 0 }));
    this.deliver();
  }

  /** So often was the next event asked for: the environment may be frozen once it is one more than were delivered. */
  get nexts(): number {
    return this.asked.filter((path) => path === 'event/next').length;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private deliver(): void {
    const event = this.waiting && this.events.shift();
    if (event === undefined) return;
    this.waiting?.end(event);
    this.waiting = undefined;
  }
}

const api = new ExtensionsApi();
let address = '';
beforeAll(async () => {
  address = await api.listen();
});
afterAll(() => api.close());
beforeEach(() => {
  api.registration.status = 200;
});

const until = async (so: () => boolean): Promise<void> => {
  while (!so()) await new Promise((resolve) => setImmediate(resolve));
};

it('work is done after the answer, and the environment is not frozen before it', async () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const error = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const { later, answered } = await afterAnswers(address);
  expect(JSON.parse(api.registration.body)).toEqual({ events: ['INVOKE'] });
  await until(() => api.nexts === 1);

  // One that captures nothing holds up nothing.
  api.invoke('a');
  answered('a');
  await until(() => api.nexts === 2);

  const done: string[] = [];
  let release = (): void => undefined;
  api.invoke('b');
  later(async () => {
    done.push('begun');
    await new Promise<void>((resolve) => (release = resolve));
    done.push('written');
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([done, api.nexts]).toEqual([[], 2]);
  answered('b');
  await until(() => done.length > 0);
  expect([done, api.nexts]).toEqual([['begun'], 2]);
  release();
  await until(() => api.nexts === 3);
  expect(done).toEqual(['begun', 'written']);

  // The answer may be ready before the event has come.
  later(async () => void done.push('early'));
  answered('c');
  api.invoke('c');
  await until(() => api.nexts === 4);
  expect(done.at(-1)).toBe('early');

  // An extension that asks no more would hold up every later request.
  expect(exit).not.toHaveBeenCalled();
  api.close();
  await until(() => exit.mock.calls.length > 0);
  expect(exit).toHaveBeenCalledWith(1);
  exit.mockRestore();
  error.mockRestore();
});

it.each([
  ['away from Lambda', undefined],
  ['where there is no such API', 'refused'],
  ['where nothing listens', '127.0.0.1:9'],
])('%s work begins at once, and nothing waits for it', async (_, at) => {
  const other = new ExtensionsApi();
  other.registration.status = 404;
  const { later, answered } = await afterAnswers(at === 'refused' ? await other.listen() : at);
  const begun = jest.fn(() => new Promise<void>(() => undefined));
  later(begun);
  expect(begun).toHaveBeenCalledTimes(1);
  answered('a');
  expect(other.nexts).toBe(0);
  other.close();
});
