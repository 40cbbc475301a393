import { ListObjectVersionsCommand, type ObjectVersion, type S3Client } from '@aws-sdk/client-s3';

interface FoundVersion {
  readonly key: string;
  readonly versionId: string;
  readonly modifiedMs: number;
}

/**
 * The newest current version under a prefix. Older versions of a key are never newer than its current one, and a key
 * that a person deleted has no current version: its old ones are not brought back. Console "folders" (keys that end in a
 * slash) are skipped. S3 tells times to the second; of equal ones the last in the listing wins, always the same.
 */
export async function newestVersion(
  client: S3Client,
  bucket: string,
  prefix: string,
  suffix: string,
): Promise<FoundVersion | undefined> {
  let newest: FoundVersion | undefined;
  let position: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
  while (position) {
    const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({
      Bucket: bucket,
      Prefix: prefix,
      ...position,
    });
    const page = await client.send(command);
    for (const version of page.Versions ?? []) {
      const found = foundVersion(version, suffix);
      if (found && found.modifiedMs >= (newest?.modifiedMs ?? -Infinity)) newest = found;
    }
    position = page.IsTruncated
      ? {
          ...(page.NextKeyMarker && { KeyMarker: page.NextKeyMarker }),
          ...(page.NextVersionIdMarker && { VersionIdMarker: page.NextVersionIdMarker }),
        }
      : undefined;
  }
  return newest;
}

function foundVersion(version: ObjectVersion, suffix: string): FoundVersion | undefined {
  const { Key: key, VersionId: versionId, LastModified: modified, IsLatest: current } = version;
  if (key === undefined || versionId === undefined || modified === undefined || current !== true) return undefined;
  if (key.endsWith('/') || !key.endsWith(suffix)) return undefined;
  return { key, versionId, modifiedMs: modified.getTime() };
}
