import { type DataSet, inferRequest } from '../../lambdas/contract/golden-set';
import { OpenLoop } from '../../simulator/app/open-loop';
import type { UrlAnswer, UrlCall } from './function-url';

export interface LoadOptions {
  readonly endpoint: string;
  readonly call: (request: UrlCall) => Promise<UrlAnswer>;
  /** Its requests are sent in turn. */
  readonly traffic: DataSet;
  readonly perSecond: number;
}

/** One request of a user and what came of it. */
export interface UsersRequest {
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Index of the request in the data set. */
  readonly row: number;
  readonly status: UrlAnswer['status'];
  readonly version: string | undefined;
  readonly body: string;
}

const TICK_MS = 20;
/** When so many requests are unanswered, further ones are dropped: nothing queues up here. */
const MOST_OUTSTANDING = 16;

/** Users who call an endpoint's URL at a steady rate from `start` to `stop`, and remember every answer. */
export class LoadOfUsers {
  private readonly done: UsersRequest[] = [];
  private readonly under = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private readonly loop: OpenLoop;
  private row = 0;

  private constructor(private readonly options: LoadOptions) {
    const { perSecond: requestsPerSecond } = options;
    this.loop = new OpenLoop({
      requestsPerSecond,
      mostOutstanding: MOST_OUTSTANDING,
      send: () => this.send(),
    });
    const began = performance.now();
    this.timer = setInterval(() => this.loop.tick(performance.now() - began), TICK_MS);
  }

  static start(options: LoadOptions): LoadOfUsers {
    return new LoadOfUsers(options);
  }

  /** Answered requests, in the order of their answers. */
  get requests(): readonly UsersRequest[] {
    return this.done;
  }

  /** Requests that did not get a 200. */
  get failures(): readonly UsersRequest[] {
    return this.done.filter(({ status }) => status !== 200);
  }

  /** How many requests each version answered with 200. */
  get byVersion(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { status, version = '?' } of this.done) if (status === 200) counts[version] = (counts[version] ?? 0) + 1;
    return counts;
  }

  /** Sends no more, and waits for the answers to what was sent. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.under);
  }

  private send(): Promise<void> {
    const sent = this.sendOne(this.row++ % this.options.traffic.requests.length);
    this.under.add(sent);
    return sent.finally(() => this.under.delete(sent));
  }

  private async sendOne(row: number): Promise<void> {
    const { endpoint, traffic, call } = this.options;
    const sentAt = Date.now();
    const body = JSON.stringify(inferRequest(traffic, row));
    const answer = await call({
      method: 'POST',
      path: `/v2/models/${endpoint}/infer`,
      body,
    });
    const { status, version } = answer;
    this.done.push({
      sentAt,
      answeredAt: Date.now(),
      row,
      status,
      version,
      body: answer.body,
    });
  }
}
