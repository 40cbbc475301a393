import type { AwsRequest } from './exchange';
import type { Upstream } from './upstream';

/** What Lambda says of a version, as far as the gateway looks at it. */
export type EmulatedConfiguration = Readonly<Record<string, unknown>> & {
  readonly Version: string;
  readonly RevisionId: string;
  readonly CodeSha256: string;
  readonly Role?: string;
  readonly State?: string;
  readonly DeadLetterConfig?: { readonly TargetArn?: string };
};

/** The configuration of a version, `$LATEST` without a qualifier; undefined when there is none. */
export const configurationOf = (
  upstream: Upstream,
  request: AwsRequest,
  name: string,
  qualifier?: string,
): Promise<EmulatedConfiguration | undefined> =>
  upstream.get<EmulatedConfiguration>(
    `/2015-03-31/functions/${name}/configuration` +
      (qualifier === undefined ? '' : `?Qualifier=${encodeURIComponent(qualifier)}`),
    request,
  );

interface VersionPage {
  readonly Versions?: readonly EmulatedConfiguration[];
  readonly NextMarker?: string | null;
}

/** The published version with the highest number; undefined when there is none. */
export async function newestVersion(
  upstream: Upstream,
  request: AwsRequest,
  name: string,
): Promise<EmulatedConfiguration | undefined> {
  let newest: EmulatedConfiguration | undefined;
  let marker: string | undefined;
  do {
    const page: VersionPage | undefined = await upstream.get<VersionPage>(
      `/2015-03-31/functions/${name}/versions${marker === undefined ? '' : `?Marker=${encodeURIComponent(marker)}`}`,
      request,
    );
    for (const each of page?.Versions ?? []) {
      if (each.Version !== '$LATEST' && Number(each.Version) > Number(newest?.Version ?? 0)) newest = each;
    }
    marker = page?.NextMarker || undefined;
  } while (marker !== undefined);
  return newest;
}
