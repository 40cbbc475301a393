import {
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { REQUEST_ID_METADATA } from '../../contract/captured-request';
import { CAPTURED_PREFIX, ENV } from '../../contract/names';
import { httpStatusOf, pagesOf, present } from '../sdk/answers';
import { type AdapterContext, requiredVariable } from '../sdk/context';
import { s3Client } from './client';

/** One version of an object in which a captured request is kept, or the marker that hides one. */
export interface KeptVersion {
  readonly key: string;
  readonly versionId: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly keptMs: number;
  readonly isMarker: boolean;
}

/** What is kept of an endpoint's requests, for who deletes it. */
export interface KeptRequests {
  /** Every version below the endpoint's prefix, hidden ones too: a delete marker deletes nothing. */
  listKept(endpoint: string): Promise<readonly KeptVersion[]>;
  /** Lambda's id of the request that a version holds; undefined where its writer gave none, or it is gone. */
  requestIdOf(version: KeptVersion): Promise<string | undefined>;
  /** For good. Answers how many S3 did not delete, and the first reason. */
  deleteKept(versions: readonly KeptVersion[]): Promise<{ readonly left: number; readonly why?: string }>;
}

/** A thousand versions each: a day of `auto` is three, and a share of one environment after the other may be many more. */
const MOST_PAGES = 1_000;
/** S3 takes so many in one call. */
const DELETED_AT_ONCE = 1_000;

export const s3KeptRequests = (context: AdapterContext): KeptRequests => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);
  return {
    listKept: async (endpoint) => {
      const prefix = `${CAPTURED_PREFIX}${endpoint}/`;
      const read = async (position: object | undefined) => {
        const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...position }));
        return { items: keptIn(page), next: page.IsTruncated === true ? after(page) : undefined };
      };
      const found: KeptVersion[] = [];
      for await (const page of pagesOf(`captured requests of ${endpoint}`, read, MOST_PAGES)) found.push(...page);
      return found;
    },
    requestIdOf: async ({ key, versionId }) => {
      const command = new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
      try {
        return (await client.send(command)).Metadata?.[REQUEST_ID_METADATA];
      } catch (error) {
        if (httpStatusOf(error) === 404) return undefined;
        throw error;
      }
    },
    deleteKept: async (versions) => {
      let left = 0;
      let why: string | undefined;
      for (let start = 0; start < versions.length; start += DELETED_AT_ONCE) {
        const some = versions.slice(start, start + DELETED_AT_ONCE);
        const Objects = some.map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
        const { Errors: errors = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        left += errors.length;
        why ??= errors[0]?.Code;
      }
      return { left, ...(why !== undefined && { why }) };
    },
  };
};

const keptIn = ({ Versions = [], DeleteMarkers = [] }: ListObjectVersionsCommandOutput): KeptVersion[] => {
  const kept = (isMarker: boolean) => (one: Omit<(typeof Versions)[number], '$metadata'>) => ({
    key: present(one.Key, 'Key in ListObjectVersions'),
    versionId: present(one.VersionId, 'VersionId in ListObjectVersions'),
    bytes: one.Size ?? 0,
    keptMs: present(one.LastModified, 'LastModified in ListObjectVersions').getTime(),
    isMarker,
  });
  return [...Versions.map(kept(false)), ...DeleteMarkers.map(kept(true))];
};

const after = ({ NextKeyMarker, NextVersionIdMarker }: ListObjectVersionsCommandOutput) => ({
  KeyMarker: present(NextKeyMarker, 'NextKeyMarker in a truncated ListObjectVersions'),
  ...(NextVersionIdMarker && { VersionIdMarker: NextVersionIdMarker }),
});
