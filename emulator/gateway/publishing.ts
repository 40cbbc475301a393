import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../simulator/service';
import { parseFunctionName } from '../../simulator/services/lambda/function-name';
import { invalidValue, stale } from '../../simulator/services/lambda/lambda-errors';
import type { HttpAnswer, AwsRequest, RequestLine, GatewayRoute } from './exchange';
import { refusal } from './refusal';
import type { Upstream } from './upstream';
import { type EmulatedConfiguration, configurationOf, newestVersion } from './versions';

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/versions$/;

/** Members that differ between `$LATEST` and a version that was published of it. */
const OWN = [
  'Version',
  'FunctionArn',
  'MasterArn',
  'RevisionId',
  'LastModified',
  'Description',
  'State',
  'StateReason',
  'StateReasonCode',
  'LastUpdateStatus',
  'LastUpdateStatusReason',
  'LastUpdateStatusReasonCode',
];

export interface PublishOptions {
  /** Refuse a RevisionId or CodeSha256 that is not that of `$LATEST`. */
  readonly conditions: boolean;
  /** Answer the last version when nothing changed since. */
  readonly unchanged: boolean;
}

/**
 * PublishVersion with its conditions: "publish a version only if the hash value matches", "only update the function if
 * the revision ID matches", "Lambda doesn't publish a version if the function's configuration and code haven't changed
 * since the last version" (Lambda API reference, PublishVersion). Publishes through the gateway wait for each other, so
 * that what was compared is what is published.
 */
export class Publishing implements GatewayRoute {
  private last: Promise<unknown> = Promise.resolve();
  /** The highest number that was published, by function: when that version was deleted, the next publish makes one. */
  private readonly highest = new Map<string, number>();

  constructor(
    private readonly upstream: Upstream,
    private readonly options: PublishOptions,
  ) {}

  wants({ method, path }: RequestLine): boolean {
    return method === 'POST' && PATH.test(path);
  }

  answer(request: AwsRequest): Promise<HttpAnswer> {
    const answer = this.last.then(() => this.publish(request));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  private async publish(request: AwsRequest): Promise<HttpAnswer> {
    try {
      const { name } = parseFunctionName(decodeURIComponent(PATH.exec(request.path)![1]!));
      const latest = await configurationOf(this.upstream, request, name);
      if (!latest) return await this.upstream.send(request);
      if (this.options.conditions) check(latest, request);
      const same = this.options.unchanged ? await this.sameAs(latest, request, name) : undefined;
      if (same) return created(same);
      const published = await this.upstream.send(request);
      if (published.status === 201) this.remember(name, JSON.parse(published.body.toString()) as EmulatedConfiguration);
      return published;
    } catch (error) {
      if (error instanceof AwsError) return refusal(error);
      throw error;
    }
  }

  private async sameAs(
    latest: EmulatedConfiguration,
    request: AwsRequest,
    name: string,
  ): Promise<EmulatedConfiguration | undefined> {
    const newest = await newestVersion(this.upstream, request, name);
    if (!newest || Number(newest.Version) < (this.highest.get(name) ?? 0)) return undefined;
    return isDeepStrictEqual(settingsOf(newest), settingsOf(latest)) ? newest : undefined;
  }

  private remember(name: string, { Version }: EmulatedConfiguration): void {
    this.highest.set(name, Math.max(Number(Version), this.highest.get(name) ?? 0));
  }
}

function check(latest: EmulatedConfiguration, { body }: AwsRequest): void {
  const asked = (body.length === 0 ? {} : JSON.parse(body.toString())) as { RevisionId?: string; CodeSha256?: string };
  if (asked.RevisionId !== undefined && asked.RevisionId !== latest.RevisionId) throw stale('GetFunction');
  if (asked.CodeSha256 !== undefined && asked.CodeSha256 !== latest.CodeSha256) {
    throw invalidValue(
      `CodeSHA256 (${asked.CodeSha256}) is different from current CodeSHA256 in $LATEST (${latest.CodeSha256}). ` +
        'Please try again with the CodeSHA256 in $LATEST.',
    );
  }
}

const settingsOf = (configuration: EmulatedConfiguration): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(configuration).filter(([name]) => !OWN.includes(name)));

const created = (configuration: EmulatedConfiguration): HttpAnswer => ({
  status: 201,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(configuration)),
});
