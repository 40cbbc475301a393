import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { InvalidUpload } from '../../contract/errors';
import { ENV } from '../../contract/names';
import { ModelUnreadable } from '../../contract/unreadable';
import { formatModelAddress, type ModelAddress } from '../../domain/rollout';
import { httpStatusOf, isAwsError, pagesOf, present } from '../sdk/answers';
import { type AdapterContext, requiredVariable } from '../sdk/context';
import { s3Client } from './client';
import { after, type Position, unreadableFor, whyUnreadable } from './models';

interface Stored {
  readonly key: string;
  /** Lower-case hex of the bytes; S3 refuses others. */
  readonly sha256: string;
  /** User metadata beside the hash; the adapter encodes what S3 could not carry as it is. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file on its way into the model bucket. */
export interface NewModel extends Stored {
  readonly sizeBytes: number;
  /** The file's bytes; read once. */
  readonly body: Uint8Array | NodeJS.ReadableStream;
}

/** An object of any bucket, as it was when it was looked at. */
export interface ForeignModel extends ModelAddress {
  readonly sizeBytes: number;
  /** Lower-case hex of all its bytes, as S3 computed it; undefined where it did not. */
  readonly sha256?: string;
  readonly etag?: string;
}

/** Where a person puts models. */
export interface ModelStore {
  readonly bucket: string;
  /** Answers the object's version id. */
  storeModel(model: NewModel): Promise<{ readonly versionId: string }>;
  /** The same, from another bucket, within S3. @throws InvalidUpload where it is no longer what was looked at */
  copyModel(model: Stored & { readonly from: ForeignModel }): Promise<{ readonly versionId: string }>;
  /** An object of any bucket. Undefined: there is none. @throws ModelUnreadable */
  describeForeign(address: ModelAddress): Promise<ForeignModel | undefined>;
  /**
   * The newest version below a prefix of any bucket that says it has this hash; what cannot be read is passed over.
   * @throws ModelUnreadable where none says so, and one cannot be read
   */
  findForeign(bucket: string, prefix: string, sha256: string): Promise<ForeignModel | undefined>;
  /** @throws ModelUnreadable */
  readForeign(address: ModelAddress): Promise<NodeJS.ReadableStream>;
}

/** The model bucket: one PutObject or CopyObject, at most 5 GB, above the 4 GB that an endpoint may accept. */
export const s3ModelStore = (context: AdapterContext): ModelStore => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);

  const look = async (address: ModelAddress) => {
    try {
      return await client.send(new HeadObjectCommand({ ...inS3(address), ChecksumMode: 'ENABLED' }));
    } catch (error) {
      const status = httpStatusOf(error);
      if (status === 404 || status === 405) return undefined;
      if (status !== 400 && status !== 403) throw error;
      // A HEAD answer has no body, so that it names no error; a GET of the same object does.
      throw new ModelUnreadable(address.key, (await whyUnreadable(client, address)) ?? unreadableFor(error));
    }
  };
  const describe = async (address: ModelAddress) => {
    const head = await look(address);
    if (head === undefined) return undefined;
    const { VersionId: versionId = address.versionId, ChecksumSHA256: sum, ChecksumType: of } = head;
    const model: ForeignModel = {
      bucket: address.bucket,
      key: address.key,
      ...(versionId !== undefined && { versionId }),
      sizeBytes: present(head.ContentLength, 'ContentLength in HeadObject'),
      ...(head.ETag !== undefined && { etag: head.ETag }),
      // Of a composite upload it is the hash of the parts' hashes.
      ...(sum !== undefined && of !== 'COMPOSITE' && { sha256: Buffer.from(sum, 'base64').toString('hex') }),
    };
    return { model, said: head.Metadata?.['sha256'] };
  };

  return {
    bucket,
    storeModel: async ({ key, sizeBytes, body, sha256, metadata }) => {
      const { VersionId: versionId } = await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body as Uint8Array,
          ContentLength: sizeBytes,
          ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
          Metadata: asHeaders({ sha256, ...metadata }),
        }),
      );
      return { versionId: present(versionId, 'VersionId in PutObject') };
    },
    copyModel: async ({ key, from, sha256, metadata }) => {
      const { Bucket, Key, VersionId: version } = inS3(from);
      const path = [Bucket, ...Key.split('/')].map(encodeURIComponent).join('/');
      const command = new CopyObjectCommand({
        Bucket: bucket,
        Key: key,
        CopySource: version === undefined ? path : `${path}?versionId=${encodeURIComponent(version)}`,
        // The bucket's policy keeps every version below models/: other bytes are not to come there.
        CopySourceIfMatch: from.etag,
        ChecksumAlgorithm: 'SHA256',
        MetadataDirective: 'REPLACE',
        Metadata: asHeaders({ sha256, ...metadata }),
        // Theirs would take a right to read them.
        TaggingDirective: 'REPLACE',
      });
      const { VersionId: versionId, CopyObjectResult: copied } = await client.send(command).catch((error: unknown) => {
        if (!isAwsError(error, 'PreconditionFailed')) throw error;
        throw new InvalidUpload(`${formatModelAddress(from)} was replaced since it was looked at. Nothing was stored`);
      });
      const sum = present(copied?.ChecksumSHA256, 'ChecksumSHA256 in CopyObject');
      const is = Buffer.from(sum, 'base64').toString('hex');
      if (is !== sha256)
        throw new InvalidUpload(
          `${formatModelAddress(from)} was copied as other bytes: the SHA-256 of version ${versionId} of ${key} is ` +
            `${is}, not ${sha256}. Its rollout ends before any user is on it`,
        );
      return { versionId: present(versionId, 'VersionId in CopyObject') };
    },
    describeForeign: async (address) => (await describe(address))?.model,
    findForeign: async (from, prefix, sha256) => {
      const pages = pagesOf('ListObjectVersions', async (position?: Position) => {
        const page = await client.send(new ListObjectVersionsCommand({ Bucket: from, Prefix: prefix, ...position }));
        return { items: page.Versions ?? [], next: page.IsTruncated ? after(page) : undefined };
      });
      const versions: ObjectVersion[] = [];
      for await (const page of pages) versions.push(...page);
      const modified = ({ LastModified: at }: ObjectVersion) => at?.getTime() ?? 0;
      versions.sort((one, other) => modified(other) - modified(one));
      let unreadable: ModelUnreadable | undefined;
      for (const { Key: key = '/', VersionId: versionId } of versions) {
        if (key.endsWith('/')) continue;
        const found = await describe({ bucket: from, key, ...(versionId && { versionId }) }).catch((error: unknown) => {
          if (!(error instanceof ModelUnreadable)) throw error;
          unreadable ??= error;
          return undefined;
        });
        // What S3 computed counts, not what was written beside it.
        if (found !== undefined && (found.model.sha256 ?? found.said) === sha256) return found.model;
      }
      // It may be the one that was looked for.
      if (unreadable !== undefined) throw unreadable;
      return undefined;
    },
    readForeign: async (address) => {
      const { Body: body } = await client.send(new GetObjectCommand(inS3(address))).catch((error: unknown) => {
        throw new ModelUnreadable(address.key, unreadableFor(error));
      });
      return present(body, 'Body in GetObject') as NodeJS.ReadableStream;
    },
  };
};

const inS3 = ({ bucket, key, versionId }: ModelAddress) => ({
  Bucket: bucket,
  Key: key,
  ...(versionId !== undefined && { VersionId: versionId }),
});

const asHeaders = (metadata: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, asHeader(value)]));

/** Metadata travels as headers, which hold ASCII alone; the trigger reads RFC 2047's encoded words. */
const asHeader = (value: string): string =>
  /^[\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value, 'utf8').toString('base64')}?=`;
