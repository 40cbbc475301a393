import { AwsError } from '../../simulator/service';
import { parseFunctionName } from '../../simulator/services/lambda/function-name';
import { notFound } from '../../simulator/services/lambda/lambda-errors';
import { checkRouting, type RoutedVersion } from '../../simulator/services/lambda/routing-rules';
import type { HttpAnswer, AwsRequest, RequestLine, GatewayRoute } from './exchange';
import { refusal } from './refusal';
import type { Upstream } from './upstream';
import { configurationOf } from './versions';

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/aliases(?:\/([^/]+))?$/;

interface AliasRouting {
  readonly FunctionVersion?: string;
  readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Readonly<Record<string, number>> };
}

/**
 * CreateAlias and UpdateAlias refuse a version that does not exist, `$LATEST` beside another one, more than two
 * versions, a weight outside of 0 to 1 and versions with different roles (Lambda developer guide, "Using Lambda aliases
 * in routing configuration").
 */
export class AliasRules implements GatewayRoute {
  constructor(private readonly upstream: Upstream) {}

  wants({ method, path }: RequestLine): boolean {
    const found = PATH.exec(path);
    return found !== null && method === (found[2] === undefined ? 'POST' : 'PUT');
  }

  async answer(request: AwsRequest): Promise<HttpAnswer> {
    try {
      await this.check(request);
    } catch (error) {
      if (error instanceof AwsError) return refusal(error);
      throw error;
    }
    return this.upstream.send(request);
  }

  private async check(request: AwsRequest): Promise<void> {
    const [, fn = '', alias] = PATH.exec(request.path)!;
    const { name } = parseFunctionName(decodeURIComponent(fn));
    const asked = JSON.parse(request.body.toString()) as AliasRouting;
    const before =
      alias === undefined
        ? {}
        : await this.upstream.get<AliasRouting>(`/2015-03-31/functions/${name}/aliases/${alias}`, request);
    // The emulator knows what to say of an alias or a function that is not there.
    if (!before || !(await configurationOf(this.upstream, request, name))) return;
    const version = asked.FunctionVersion ?? before.FunctionVersion;
    if (version === undefined) return;
    const weights = (asked.RoutingConfig ?? before.RoutingConfig)?.AdditionalVersionWeights ?? {};
    const versions = await this.versions(request, name, [version, ...Object.keys(weights)]);
    checkRouting((each) => versions.get(each) ?? absent(`Function not found: ${name}:${each}`), version, weights);
  }

  private async versions(
    request: AwsRequest,
    name: string,
    numbers: readonly string[],
  ): Promise<ReadonlyMap<string, RoutedVersion>> {
    const found = new Map<string, RoutedVersion>();
    for (const number of numbers) {
      const {
        Role: role = '',
        DeadLetterConfig: letters,
        State: state = 'Active',
      } = (await configurationOf(this.upstream, request, name, number)) ?? {};
      const target = letters?.TargetArn;
      if (role !== '') found.set(number, { settings: { role, ...(target && { deadLetterTargetArn: target }) }, state });
    }
    return found;
  }
}

function absent(message: string): never {
  throw notFound(message);
}
