import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UsersReport } from '../../../cli/demo/users/messages';
import { AnswerCounts } from '../../../cli/demo/users/answer-counts';
import { OpenLoop } from '../../../simulator/app/open-loop';
import { startUsers } from '../../../cli/demo/users/start-users';

const never = () => new Promise<void>(() => undefined);

describe('users', () => {
  it('come at a fixed rate, whether or not they are answered', () => {
    const loop = new OpenLoop({ requestsPerSecond: 100, mostOutstanding: 1000, send: never });
    loop.tick(15);
    expect(loop.sent).toBe(1);
    loop.tick(1000);
    expect(loop.sent).toBe(100);
  });

  it('are dropped and counted beyond the bound, and never queue', async () => {
    const answer: (() => void)[] = [];
    const send = () => new Promise<void>((resolve) => answer.push(resolve));
    const loop = new OpenLoop({ requestsPerSecond: 100, mostOutstanding: 4, send });
    loop.tick(1000);
    expect([loop.sent, loop.notSent, answer.length]).toEqual([4, 96, 4]);

    answer.forEach((resolve) => resolve());
    await Promise.resolve();
    loop.tick(1020);
    expect([loop.sent, loop.notSent]).toEqual([6, 96]);
  });

  it('make room for another when a request fails', async () => {
    const loop = new OpenLoop({ requestsPerSecond: 100, mostOutstanding: 1, send: () => Promise.reject(new Error()) });
    loop.tick(10);
    await Promise.resolve();
    loop.tick(20);
    expect([loop.sent, loop.notSent]).toEqual([2, 0]);
  });

  it('count equal answers of one tenth of a second together, with the time of the last', () => {
    const counts = new AnswerCounts();
    counts.add(200, '2', 1010, 1020);
    counts.add(200, '2', 1090, 1300);
    counts.add(200, '2', 1110, 1120);
    counts.add(500, '3', 1010, 1020);
    expect(counts.take()).toEqual([
      { status: 200, version: '2', sentMs: 1000, answeredMs: 1300, count: 2 },
      { status: 200, version: '2', sentMs: 1100, answeredMs: 1120, count: 1 },
      { status: 500, version: '3', sentMs: 1000, answeredMs: 1020, count: 1 },
    ]);
    expect(counts.take()).toEqual([]);
  });
});

describe('the process of the users', () => {
  let server: Server;
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/models/digits/infer`;
  const options = {
    ...{ bodies: ['{"a":1}'], requestsPerSecond: 200, mostOutstanding: 8, seed: 1 },
    ...{ timeoutMs: 5_000, lifetimeMs: 30_000 },
  };

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  /** Starts users on a server and stops them once enough was reported. */
  async function reportsUntil(enough: (reports: readonly UsersReport[]) => boolean, target = url()) {
    const reports: UsersReport[] = [];
    let seen = (): void => undefined;
    const reported = new Promise<void>((resolve) => (seen = resolve));
    const users = await startUsers({ ...options, url: target }, (report) => {
      reports.push(report);
      if (enough(reports)) seen();
    });
    await reported;
    await users.stop();
    return reports;
  }
  const answersOf = (reports: readonly UsersReport[]) => reports.flatMap((report) => report.answers);

  it('sends real requests and reports who answered how, and is gone when it is stopped', async () => {
    const got: string[] = [];
    server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => got.push(`${request.method} ${request.url} ${chunk.toString()}`));
      request.on('end', () => response.writeHead(500, { 'x-greenlight-version': '7' }).end('no'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const reports = await reportsUntil((all) => answersOf(all).length > 0);
    expect(got[0]).toBe('POST /v2/models/digits/infer {"a":1}');
    expect(new Set(answersOf(reports).map(({ status, version }) => `${status} ${version}`))).toEqual(
      new Set(['500 7']),
    );
  });

  it('reports a request without an answer as one without an answer', async () => {
    server = createServer((_, response) => void response.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const reports = await reportsUntil((all) => answersOf(all).length > 0);
    expect(new Set(answersOf(reports).map(({ status, version }) => `${status} ${version}`))).toEqual(
      new Set(['none undefined']),
    );
  });
});
