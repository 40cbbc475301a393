import type {
  CompleteMultipartUploadRequest,
  CopyObjectOutput,
  CopyObjectRequest,
  CreateMultipartUploadRequest,
  DeleteObjectCommandOutput,
  DeleteObjectRequest,
  GetObjectRequest,
  HeadObjectOutput,
  HeadObjectRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  DeleteObjectsRequest,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
  PutObjectOutput,
  PutObjectRequest,
  StorageClass,
  UploadPartRequest,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { AwsError, type AwsService, type Caller, type WorldContext } from '../service';
import { required, runCommand } from './command-table';
import { randomText } from './identifiers';
import { Bucket, type BucketOptions, checkCustomerKey, checkReadable, type ObjectVersion } from './s3/bucket';
import { type Completed, MultipartUploads } from './s3/multipart';
import { bytesOf, s3Body, type S3Body } from './s3/s3-body';

/** The bytes as the SDK takes them, or as they are. */
type PutInput = Omit<PutObjectRequest, 'Body'> & { readonly Body?: unknown };
type WithoutMetadata<T> = Omit<T, '$metadata'>;
const VERSION_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._';

/** Amazon S3: versioned buckets, conditional writes, listings and `Object Created` events. Lists are consistent. */
export class S3Service implements AwsService {
  private readonly buckets = new Map<string, Bucket>();
  private readonly multipart = new MultipartUploads();
  private writes = 0;
  /** Keys of KMS that a person switched off. */
  readonly disabledKeys = new Set<string>();
  private readonly commands = {
    PutObject: (input: PutInput) => this.put(input),
    CopyObject: (input: CopyObjectRequest) => this.copy(input),
    CreateMultipartUpload: (input: CreateMultipartUploadRequest) => this.multipart.create(input, this.now()),
    UploadPart: (input: UploadPartRequest & { Body?: unknown }) => this.multipart.addPart(input),
    CompleteMultipartUpload: (input: CompleteMultipartUploadRequest) => {
      const completed = this.multipart.complete(input);
      return this.put(completed.input, 'CompleteMultipartUpload', completed);
    },
    HeadObject: (input: HeadObjectRequest) => this.head(input),
    GetObject: (input: GetObjectRequest) => this.get(input),
    DeleteObject: (input: DeleteObjectRequest) => this.delete(input),
    DeleteObjects: ({ Bucket, Delete }: DeleteObjectsRequest) => {
      const deleted = Delete?.Objects?.map((one) => ({ ...one, ...this.delete({ Bucket, ...one }) }));
      return Delete?.Quiet === true ? {} : { Deleted: deleted };
    },
    ListObjectsV2: (input: ListObjectsV2Request) => this.list(input),
    ListObjectVersions: (input: ListObjectVersionsRequest) => this.listVersions(input),
  };

  constructor(private readonly world: WorldContext) {}

  call(command: string, input: Readonly<Record<string, unknown>>, caller: Caller): Promise<unknown> {
    return runCommand('S3', this.commands, command, input, caller);
  }

  createBucket(name: string, options: BucketOptions = {}): void {
    this.buckets.set(name, new Bucket(name, options));
  }

  /** The bytes of an object, for a runtime that loads a model. */
  readBytes(bucket: string, key: string, versionId?: string): Buffer {
    return this.bucket(bucket).read(key, versionId).bytes;
  }

  /** Moves one version to another storage class or access tier, as a lifecycle rule does, or time. */
  move(bucket: string, key: string, versionId: string, storageClass: string, accessTier?: string): void {
    this.bucket(bucket).move(key, versionId, storageClass, accessTier);
  }

  private bucket(name: string | undefined): Bucket {
    const bucket = this.buckets.get(required(name, 'Bucket'));
    if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    return bucket;
  }

  private async put(input: PutInput, reason = 'PutObject', whole?: Completed): Promise<PutObjectOutput> {
    const bucket = this.bucket(input.Bucket);
    const key = required(input.Key, 'Key');
    const bytes = await bytesOf(input.Body);
    checkConditions(bucket.current(key), input);
    const sha256 = createHash('sha256').update(bytes).digest('base64');
    if (input.ChecksumSHA256 !== undefined && input.ChecksumSHA256 !== sha256) {
      throw new AwsError('BadDigest', 'The SHA256 you specified did not match the calculated checksum.');
    }
    const withChecksum = input.ChecksumAlgorithm === 'SHA256' || input.ChecksumSHA256 !== undefined;
    const version: ObjectVersion = {
      key,
      versionId: this.newVersionId(bucket),
      deleteMarker: false,
      bytes,
      etag: whole?.etag ?? createHash('md5').update(bytes).digest('hex'),
      lastModified: whole?.lastModified ?? this.now(),
      // Names of user metadata come back in lower case.
      metadata: Object.fromEntries(Object.entries(input.Metadata ?? {}).map(([name, v]) => [name.toLowerCase(), v])),
      contentType: input.ContentType ?? 'application/octet-stream',
      ...(withChecksum && { checksumSha256: sha256 }),
      ...(input.StorageClass !== undefined && { storageClass: input.StorageClass }),
      ...(input.SSECustomerAlgorithm !== undefined && { customerKey: true }),
      ...(input.SSEKMSKeyId !== undefined && { kmsKeyId: input.SSEKMSKeyId }),
    };
    bucket.add(version);
    this.writes += 1;
    if (bucket.eventBridge) this.emitCreated(bucket, version, reason);
    return {
      ETag: `"${version.etag}"`,
      ...(bucket.versioned && { VersionId: version.versionId }),
      ...(withChecksum && { ChecksumSHA256: sha256 }),
    };
  }

  /** Metadata comes along unless it is replaced. */
  private async copy(input: CopyObjectRequest): Promise<CopyObjectOutput> {
    const [path = '', query = ''] = required(input.CopySource, 'CopySource').split('?');
    const [from = '', ...key] = decodeURIComponent(path).replace(/^\//, '').split('/');
    const versionId = new URLSearchParams(query).get('versionId') ?? undefined;
    const source = this.bucket(from).read(key.join('/'), versionId);
    checkReadable(source, this.disabledKeys);
    checkConditions(source, { IfMatch: input.CopySourceIfMatch });
    const replaced = input.MetadataDirective === 'REPLACE' ? {} : { Metadata: { ...source.metadata } };
    const { VersionId, ...stored } = await this.put({ ...input, ...replaced, Body: source.bytes }, 'CopyObject');
    const CopyObjectResult = { ...stored, LastModified: this.now() };
    return { CopyObjectResult, VersionId, CopySourceVersionId: source.versionId };
  }

  private emitCreated(bucket: Bucket, { key, versionId, bytes, etag }: ObjectVersion, reason: string): void {
    // Hex that grows with every write; only the order within one key means something.
    const hex = (value: number) => value.toString(16).toUpperCase();
    const sequencer = `00${hex(this.world.clock.now())}${hex(this.writes).padStart(6, '0')}`;
    const version = bucket.versioned ? { 'version-id': versionId } : {};
    const detail = {
      version: '0',
      bucket: { name: bucket.name },
      object: { key, size: bytes.length, etag, ...version, sequencer },
      'request-id': randomText(this.world.random, 16, '0123456789ABCDEF'),
      requester: this.world.account,
      'source-ip-address': '192.0.2.1',
      reason,
    };
    this.world.emit({ source: 'aws.s3', detailType: 'Object Created', detail });
  }

  private head(input: HeadObjectRequest): HeadObjectOutput {
    const bucket = this.bucket(input.Bucket);
    try {
      const version = bucket.read(required(input.Key, 'Key'), input.VersionId);
      checkCustomerKey(version, input.SSECustomerAlgorithm);
      return describe(bucket, version, input.ChecksumMode);
    } catch (error) {
      // A HEAD answer has no body: the SDK knows a 404 as NotFound, and any other by its status alone.
      if (error instanceof AwsError) {
        const status = error.$metadata.httpStatusCode;
        throw new AwsError(status === 404 ? 'NotFound' : String(status), 'UnknownError', status);
      }
      throw error;
    }
  }

  private get(input: GetObjectRequest): HeadObjectOutput & { Body: S3Body; ContentRange?: string } {
    const bucket = this.bucket(input.Bucket);
    const version = bucket.read(required(input.Key, 'Key'), input.VersionId);
    checkCustomerKey(version, input.SSECustomerAlgorithm);
    checkReadable(version, this.disabledKeys);
    const whole = describe(bucket, version, input.ChecksumMode);
    if (input.Range === undefined) return { ...whole, Body: s3Body(version.bytes) };
    const total = version.bytes.length;
    const [from, to] = parseRange(input.Range, total);
    const part = version.bytes.subarray(from, to + 1);
    return { ...whole, ContentLength: part.length, ContentRange: `bytes ${from}-${to}/${total}`, Body: s3Body(part) };
  }

  private delete(input: DeleteObjectRequest): WithoutMetadata<DeleteObjectCommandOutput> {
    const bucket = this.bucket(input.Bucket);
    const key = required(input.Key, 'Key');
    if (input.VersionId !== undefined || !bucket.versioned) {
      const removed = bucket.remove(key, input.VersionId);
      return { VersionId: input.VersionId, ...(removed?.deleteMarker && { DeleteMarker: true }) };
    }
    const versionId = this.newVersionId(bucket);
    const bytes = Buffer.alloc(0);
    const lastModified = this.now();
    bucket.add({ key, versionId, deleteMarker: true, bytes, etag: '', lastModified, metadata: {}, contentType: '' });
    return { DeleteMarker: true, VersionId: versionId };
  }

  private list(input: ListObjectsV2Request): ListObjectsV2Output {
    const bucket = this.bucket(input.Bucket);
    const after = input.ContinuationToken ?? input.StartAfter ?? '';
    const size = Math.min(input.MaxKeys ?? 1000, 1000);
    const all = bucket
      .list(input.Prefix ?? '')
      .map(([newest]) => newest!)
      .filter((newest) => !newest.deleteMarker && newest.key > after);
    const page = all.slice(0, size);
    const more = all.length > page.length;
    return {
      Name: bucket.name,
      Prefix: input.Prefix ?? '',
      KeyCount: page.length,
      MaxKeys: size,
      IsTruncated: more,
      // As the SDK does, no Contents member for an empty list.
      ...(page.length > 0 && { Contents: page.map((version) => listed(version)) }),
      ...(more && { NextContinuationToken: page.at(-1)!.key }),
    };
  }

  private listVersions(input: ListObjectVersionsRequest): ListObjectVersionsOutput {
    const bucket = this.bucket(input.Bucket);
    const all = bucket
      .list(input.Prefix ?? '')
      .flatMap((versions) => versions.map((version, index) => ({ version, latest: index === 0 })));
    const markedAt = all.findIndex(
      ({ version }) =>
        version.key === input.KeyMarker &&
        (input.VersionIdMarker === undefined || version.versionId === input.VersionIdMarker),
    );
    const from = input.KeyMarker === undefined ? 0 : markedAt + 1;
    const page = all.slice(from, from + Math.min(input.MaxKeys ?? 1000, 1000));
    const more = from + page.length < all.length;
    const last = page.at(-1)?.version;
    const rows = page.map(({ version, latest }) => ({
      deleteMarker: version.deleteMarker,
      row: { ...listed(version), VersionId: version.versionId, IsLatest: latest },
    }));
    const versions = rows.filter((each) => !each.deleteMarker).map((each) => each.row);
    const markers = rows.filter((each) => each.deleteMarker).map((each) => each.row);
    return {
      Name: bucket.name,
      Prefix: input.Prefix ?? '',
      IsTruncated: more,
      ...(versions.length > 0 && { Versions: versions }),
      ...(markers.length > 0 && { DeleteMarkers: markers }),
      ...(more && { NextKeyMarker: last!.key, NextVersionIdMarker: last!.versionId }),
    };
  }

  private newVersionId(bucket: Bucket): string {
    return bucket.versioned ? randomText(this.world.random, 32, VERSION_ALPHABET) : 'null';
  }

  /** S3 keeps whole seconds. */
  private now(): Date {
    return new Date(Math.floor(this.world.clock.now() / 1000) * 1000);
  }
}

function checkConditions(current: ObjectVersion | undefined, input: Pick<PutInput, 'IfMatch' | 'IfNoneMatch'>): void {
  const exists = input.IfNoneMatch === '*' && current !== undefined;
  if (input.IfMatch !== undefined && !current) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  }
  const differs = input.IfMatch !== undefined && input.IfMatch.replaceAll('"', '') !== current?.etag;
  if (exists || differs) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
  }
}

function describe(bucket: Bucket, version: ObjectVersion, mode: string | undefined): HeadObjectOutput {
  const { checksumSha256 } = version;
  return {
    AcceptRanges: 'bytes',
    ContentLength: version.bytes.length,
    ContentType: version.contentType,
    ETag: `"${version.etag}"`,
    LastModified: version.lastModified,
    Metadata: { ...version.metadata },
    // As S3: none for STANDARD.
    ...(version.storageClass !== undefined && { StorageClass: version.storageClass as StorageClass }),
    ...(bucket.versioned && { VersionId: version.versionId }),
    ...(mode === 'ENABLED' && checksumSha256 && { ChecksumSHA256: checksumSha256, ChecksumType: 'FULL_OBJECT' }),
  };
}

function listed(version: ObjectVersion) {
  const { key: Key, lastModified: LastModified, etag, bytes } = version;
  return { Key, LastModified, ...(!version.deleteMarker && { ETag: `"${etag}"`, Size: bytes.length }) };
}

/** First and last byte of `bytes=a-b`, `bytes=a-` or `bytes=-n`. */
function parseRange(range: string, total: number): readonly [from: number, to: number] {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  const from = first === '' ? Math.max(total - Number(last), 0) : Number(first);
  const to = first === '' || last === '' ? total - 1 : Math.min(Number(last), total - 1);
  if ((first === '' && last === '') || from > to) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  }
  return [from, to];
}
