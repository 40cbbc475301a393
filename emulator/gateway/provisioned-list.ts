import { parseFunctionName } from '../../simulator/services/lambda/function-name';
import type { HttpAnswer, AwsRequest, RequestLine, GatewayRoute } from './exchange';
import type { Upstream } from './upstream';

const PATH = /^\/2019-09-30\/functions\/([^/]+)\/provisioned-concurrency$/;

type ProvisionedConfiguration = Readonly<Record<string, unknown>>;

interface Qualifiers {
  readonly Versions?: readonly { readonly Version: string }[];
  readonly Aliases?: readonly { readonly Name: string }[];
  readonly NextMarker?: string | null;
}

/**
 * ListProvisionedConcurrencyConfigs: asks for the configuration of each version and alias, and answers those that there
 * are in one page (Lambda API reference, "ListProvisionedConcurrencyConfigs").
 */
export class ProvisionedList implements GatewayRoute {
  constructor(private readonly upstream: Upstream) {}

  wants({ method, path, query }: RequestLine): boolean {
    return method === 'GET' && query.get('List') === 'ALL' && PATH.test(path);
  }

  async answer(request: AwsRequest): Promise<HttpAnswer> {
    const [, fn = ''] = PATH.exec(request.path)!;
    const { name } = parseFunctionName(decodeURIComponent(fn));
    const function_ = await this.upstream.get<{ FunctionArn: string }>(
      `/2015-03-31/functions/${name}/configuration`,
      request,
    );
    // The emulator knows what to say of a function that is not there.
    if (!function_) return this.upstream.send(request);
    const found: ProvisionedConfiguration[] = [];
    for (const qualifier of await this.qualifiers(name, request)) {
      const configuration = await this.upstream.get<ProvisionedConfiguration>(
        `/2019-09-30/functions/${name}/provisioned-concurrency?Qualifier=${encodeURIComponent(qualifier)}`,
        request,
      );
      if (configuration)
        found.push({ ...configuration, FunctionArn: `${unqualified(function_.FunctionArn)}:${qualifier}` });
    }
    const body = Buffer.from(JSON.stringify({ ProvisionedConcurrencyConfigs: found }));
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }

  private async qualifiers(name: string, request: AwsRequest): Promise<readonly string[]> {
    const qualifiers: string[] = [];
    for (const kind of ['versions', 'aliases']) {
      let marker: string | undefined;
      do {
        const page: Qualifiers | undefined = await this.upstream.get<Qualifiers>(
          `/2015-03-31/functions/${name}/${kind}${marker === undefined ? '' : `?Marker=${encodeURIComponent(marker)}`}`,
          request,
        );
        qualifiers.push(...(page?.Versions ?? []).map((each) => each.Version));
        qualifiers.push(...(page?.Aliases ?? []).map((each) => each.Name));
        marker = page?.NextMarker || undefined;
      } while (marker !== undefined);
    }
    return qualifiers.filter((qualifier) => qualifier !== '$LATEST');
  }
}

/** `arn:…:function:name`, which `:7` or `:live` may follow. */
const unqualified = (arn: string): string => arn.split(':').slice(0, 7).join(':');
