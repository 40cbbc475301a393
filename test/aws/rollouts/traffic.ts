import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { httpStatusOf } from '../../../lambdas/adapters/sdk/answers';
import { parseDataSet } from '../../../lambdas/contract/golden-set';
import { LIVE_ALIAS } from '../../../lambdas/contract/names';
import type { DeployedEndpoint } from '../../../lab/deployed/endpoint';
import type { LoadOfUsers } from '../../../lab/deployed/users';
import { PROJECT } from '../../../emulator/paths';

/** Requests a second through the URL. In an hour of rollouts 18,000. */
const PER_SECOND = 5;
/** Between two calls of the alias. */
const ALIAS_EVERY_MS = 1_000;
/** Whatever happens to the test, no traffic after this. */
const MOST_MS = 70 * 60_000;

interface AliasCall {
  readonly answeredAt: number;
  readonly version: string | undefined;
  /** How it failed; undefined: it did not. */
  readonly failed: string | undefined;
}

/** Our own users: through the function URL, signed, and by direct calls of the alias. Ends by itself. */
export class Traffic {
  private readonly users: LoadOfUsers;
  private readonly aliasCalls: AliasCall[] = [];
  private readonly bad = new Set<string>();
  private readonly ends = new AbortController();
  private readonly calling: Promise<void>;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly endpoint: DeployedEndpoint,
    private readonly lambda: LambdaClient,
  ) {
    const file = join(PROJECT, 'examples', 'digits', 'live-traffic.json');
    const traffic = parseDataSet(readFileSync(file));
    this.users = endpoint.users({ traffic, perSecond: PER_SECOND });
    this.timer = setTimeout(() => void this.stop(), MOST_MS).unref();
    this.calling = this.callAlias();
  }

  /** Failures that this version answered are the model's, and none of the rollout's. */
  expectFailuresOf(version: string): void {
    this.bad.add(version);
  }

  /** When a version answered a request last, ms since 1970; 0: never. */
  lastAnswerOf(version: string): number {
    const all = [...this.users.requests, ...this.aliasCalls];
    return all.reduce((last, one) => (one.version === version ? Math.max(last, one.answeredAt) : last), 0);
  }

  /** Answered failures that no bad model gave, each told with its time; and requests that got no answer at all. */
  counts() {
    const users = this.users.failures.map(({ sentAt, status, version }) => ({
      at: sentAt,
      how: `URL ${status}`,
      version,
    }));
    const calls = this.aliasCalls.flatMap(({ answeredAt: at, version, failed: how }) =>
      how ? [{ at, how, version }] : [],
    );
    const failed = [...users, ...calls].filter(({ version = '' }) => !this.bad.has(version));
    const answered = failed.filter(({ how }) => !how.endsWith('none'));
    return {
      requests: this.users.requests.length + this.aliasCalls.length,
      failedByBlue: answered.length,
      unanswered: failed.length - answered.length,
      examples: failed
        .slice(0, 5)
        .map(({ at, how, version }) => `${new Date(at).toISOString()} ${how} ${version ?? '?'}`),
    };
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.ends.abort();
    await Promise.all([this.users.stop(), this.calling]);
  }

  private async callAlias(): Promise<void> {
    const { signal } = this.ends;
    const Payload = JSON.stringify(readyEvent);
    const input = {
      FunctionName: this.endpoint.functionName,
      Qualifier: LIVE_ALIAS,
      Payload,
    };
    while (!signal.aborted) {
      const called = await this.lambda.send(new InvokeCommand(input)).then(
        ({ ExecutedVersion: version, FunctionError: error }) => ({ version, failed: error && `alias ${error}` }),
        (error: unknown) => ({ version: undefined, failed: `alias ${httpStatusOf(error) ?? 'none'}` }),
      );
      this.aliasCalls.push({ answeredAt: Date.now(), ...called });
      await wait(ALIAS_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** A GET of /v2/health/ready as a function URL would pass it on. */
const readyEvent = {
  version: '2.0',
  rawPath: '/v2/health/ready',
  rawQueryString: '',
  headers: {},
  requestContext: {
    http: { method: 'GET', path: '/v2/health/ready' },
    requestId: 'aws-test',
  },
  isBase64Encoded: false,
};
