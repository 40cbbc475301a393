import { parseFunctionName } from '../../simulator/services/lambda/function-name';
import type { RequestLine } from './exchange';
import type { Upstream } from './upstream';

/** What a request invokes. */
export interface FunctionTarget {
  readonly name: string;
  readonly qualifier?: string;
}

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const URL_HOST = /^([a-z0-9]+)\.lambda-url\./;
const URL_PATH = /^\/_aws\/lambda-url\/([^/]+)/;

/** The function of an Invoke call; undefined for every other request. */
export function invokedFunction({ method, path, query }: RequestLine): FunctionTarget | undefined {
  const name = method === 'POST' ? INVOKE.exec(path)?.[1] : undefined;
  if (name === undefined) return undefined;
  try {
    return parseFunctionName(decodeURIComponent(name), query.get('Qualifier') ?? undefined);
  } catch {
    // A name that Lambda refuses: the emulator says so.
    return undefined;
  }
}

/** The id of the function URL that a request is for: in the host, as on AWS, or in the path, as emulators allow. */
export function urlIdOf({ path, headers }: RequestLine): string | undefined {
  return URL_HOST.exec(headers.host ?? '')?.[1] ?? URL_PATH.exec(path)?.[1];
}

interface UrlConfig {
  readonly FunctionUrl?: string;
}

/** Finds whose function URL an id is, by asking the emulator; what was found is remembered. */
export class FunctionUrls {
  private readonly found = new Map<string, FunctionTarget>();

  constructor(private readonly upstream: Upstream) {}

  async find(id: string): Promise<FunctionTarget | undefined> {
    const known = this.found.get(id);
    if (known) return known;
    for (const name of await this.functions()) {
      const { FunctionUrlConfigs: configs = [] } =
        (await this.upstream.get<{ FunctionUrlConfigs?: UrlConfig[] }>(`/2021-10-31/functions/${name}/urls`)) ?? {};
      if (configs.some((config) => isUrl(config, id))) return this.remember(id, await this.target(name, id));
    }
    return undefined;
  }

  private remember(id: string, target: FunctionTarget): FunctionTarget {
    this.found.set(id, target);
    return target;
  }

  private async functions(): Promise<readonly string[]> {
    const names: string[] = [];
    for (let marker: string | undefined = ''; marker !== undefined;) {
      interface FunctionPage {
        readonly Functions?: readonly { readonly FunctionName: string }[];
        readonly NextMarker?: string | null;
      }
      const page: FunctionPage | undefined = await this.upstream.get<FunctionPage>(
        `/2015-03-31/functions/${marker && `?Marker=${encodeURIComponent(marker)}`}`,
      );
      names.push(...(page?.Functions ?? []).map((each) => each.FunctionName));
      marker = page?.NextMarker || undefined;
    }
    return names;
  }

  /** The alias that owns the URL: asked one by one, because not every emulator's answer names it. */
  private async target(name: string, id: string): Promise<FunctionTarget> {
    const { Aliases: aliases = [] } =
      (await this.upstream.get<{ Aliases?: { Name: string }[] }>(`/2015-03-31/functions/${name}/aliases`)) ?? {};
    for (const { Name: qualifier } of aliases) {
      const config = await this.upstream.get<UrlConfig>(`/2021-10-31/functions/${name}/url?Qualifier=${qualifier}`);
      if (config && isUrl(config, id)) return { name, qualifier };
    }
    return { name };
  }
}

const isUrl = ({ FunctionUrl: url = '' }: UrlConfig, id: string): boolean => url.includes(`//${id}.`);
