import {
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import { IncompleteAnswer, present } from '../incomplete-answer';

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
  let position: Position | undefined = {};
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
    position = page.IsTruncated ? after(page, position) : undefined;
  }
  return newest;
}

interface Position {
  readonly KeyMarker?: string;
  readonly VersionIdMarker?: string;
}

/** Where the next page begins. Throws IncompleteAnswer where that is no further on: the listing would have no end. */
function after(page: ListObjectVersionsCommandOutput, position: Position): Position {
  const KeyMarker = present(page.NextKeyMarker, 'NextKeyMarker in a truncated ListObjectVersions');
  const VersionIdMarker = page.NextVersionIdMarker;
  if (KeyMarker === position.KeyMarker && VersionIdMarker === position.VersionIdMarker)
    throw new IncompleteAnswer('AWS answered with the same page of ListObjectVersions twice.');
  return { KeyMarker, ...(VersionIdMarker && { VersionIdMarker }) };
}

function foundVersion(version: ObjectVersion, suffix: string): FoundVersion | undefined {
  const { Key: key, VersionId: versionId, LastModified: modified, IsLatest: current } = version;
  if (key === undefined || versionId === undefined || modified === undefined || current !== true) return undefined;
  if (key.endsWith('/') || !key.endsWith(suffix)) return undefined;
  return { key, versionId, modifiedMs: modified.getTime() };
}
