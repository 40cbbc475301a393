import {
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import { present } from '../incomplete-answer';
import { pagesOf } from '../pages';

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
  const pages = pagesOf('ListObjectVersions', async (position?: Position) => {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...position }));
    return { items: page.Versions ?? [], next: page.IsTruncated ? after(page) : undefined };
  });
  for await (const page of pages)
    for (const version of page) {
      const found = foundVersion(version, suffix);
      if (found && found.modifiedMs >= (newest?.modifiedMs ?? -Infinity)) newest = found;
    }
  return newest;
}

interface Position {
  readonly KeyMarker?: string;
  readonly VersionIdMarker?: string;
}

function after({ NextKeyMarker, NextVersionIdMarker }: ListObjectVersionsCommandOutput): Position {
  const KeyMarker = present(NextKeyMarker, 'NextKeyMarker in a truncated ListObjectVersions');
  return { KeyMarker, ...(NextVersionIdMarker && { VersionIdMarker: NextVersionIdMarker }) };
}

function foundVersion(version: ObjectVersion, suffix: string): FoundVersion | undefined {
  const { Key: key, VersionId: versionId, LastModified: modified, IsLatest: current } = version;
  if (key === undefined || versionId === undefined || modified === undefined || current !== true) return undefined;
  if (key.endsWith('/') || !key.endsWith(suffix)) return undefined;
  return { key, versionId, modifiedMs: modified.getTime() };
}
