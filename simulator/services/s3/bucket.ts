import { AwsError } from '../../service';

/** One version of one object; a delete marker has no bytes. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly deleteMarker: boolean;
  readonly bytes: Buffer;
  readonly etag: string;
  readonly lastModified: Date;
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly checksumSha256?: string;
  /** @default STANDARD */
  readonly storageClass?: string;
  /** Of INTELLIGENT_TIERING, where it has gone to one of the two archive tiers. */
  readonly accessTier?: string | undefined;
  /** Encrypted with a key that only its owner has (SSE-C). */
  readonly customerKey?: boolean;
  /** Encrypted with this key of KMS. */
  readonly kmsKeyId?: string;
}

export interface BucketOptions {
  /** @default true */
  readonly versioned?: boolean;
  /** Whether `Object Created` events go to the event bus. @default false */
  readonly eventBridge?: boolean;
}

/** What S3 takes for the id of a version at all; other texts are answered 400, not 404. */
const VERSION_ID = /^(null|[\w.]{32})$/;

const noSuchKey = () => new AwsError('NoSuchKey', 'The specified key does not exist.', 404);

/** The objects of one bucket, every version of them, oldest first. */
export class Bucket {
  private readonly objects = new Map<string, ObjectVersion[]>();
  readonly versioned: boolean;
  readonly eventBridge: boolean;

  constructor(
    readonly name: string,
    options: BucketOptions,
  ) {
    this.versioned = options.versioned ?? true;
    this.eventBridge = options.eventBridge ?? false;
  }

  /** The object that a plain read sees, if any. */
  current(key: string): ObjectVersion | undefined {
    const last = this.objects.get(key)?.at(-1);
    return last?.deleteMarker ? undefined : last;
  }

  add(version: ObjectVersion): void {
    const versions = this.objects.get(version.key);
    if (versions && this.versioned) versions.push(version);
    else this.objects.set(version.key, [version]);
  }

  /** The current version or the one named; throws NoSuchKey, NoSuchVersion, MethodNotAllowed or InvalidArgument. */
  read(key: string, versionId: string | undefined): ObjectVersion {
    if (versionId === undefined) {
      const found = this.current(key);
      if (!found) throw noSuchKey();
      return found;
    }
    if (!VERSION_ID.test(versionId)) throw new AwsError('InvalidArgument', 'Invalid version id specified', 400);
    const found = this.objects.get(key)?.find((each) => each.versionId === versionId);
    if (!found) throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
    if (found.deleteMarker) {
      throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
    }
    return found;
  }

  /** As a lifecycle rule does, or a restore: the version is the same, elsewhere. */
  move(key: string, versionId: string, storageClass: string, accessTier?: string): void {
    const versions = this.objects.get(key) ?? [];
    const index = versions.findIndex((each) => each.versionId === versionId);
    if (versions[index]) versions[index] = { ...versions[index], storageClass, accessTier };
  }

  /** Takes one version away for good; true when it was there. */
  remove(key: string, versionId?: string): ObjectVersion | undefined {
    const versions = this.objects.get(key) ?? [];
    const index = versionId === undefined ? versions.length - 1 : versions.findIndex((v) => v.versionId === versionId);
    const [removed] = index < 0 ? [] : versions.splice(index, 1);
    if (versions.length === 0) this.objects.delete(key);
    return removed;
  }

  /** Keys with a prefix, in the order of their UTF-8 bytes, and their versions, newest first. */
  list(prefix: string): readonly (readonly ObjectVersion[])[] {
    return [...this.objects.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map((key) => [...this.objects.get(key)!].reverse());
  }
}

/**
 * Nothing is read from these before it is restored:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html
 */
const ARCHIVES = ['GLACIER', 'DEEP_ARCHIVE'];

export function checkReadable(
  { storageClass, accessTier, kmsKeyId }: ObjectVersion,
  disabledKeys: ReadonlySet<string>,
): void {
  const of = accessTier === undefined ? 'storage class' : 'access tier';
  if (accessTier !== undefined || ARCHIVES.includes(storageClass ?? ''))
    throw new AwsError('InvalidObjectState', `The operation is not valid for the object's ${of}`, 403);
  if (kmsKeyId !== undefined && disabledKeys.has(kmsKeyId))
    throw new AwsError('KMS.DisabledException', `${kmsKeyId} is disabled.`, 400);
}

/** HEAD and GET both want the key that the object was stored with. */
export function checkCustomerKey({ customerKey }: ObjectVersion, given: string | undefined): void {
  if (customerKey !== true || given !== undefined) return;
  throw new AwsError(
    'InvalidRequest',
    'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to ' +
      'retrieve the object.',
  );
}
