import type {
  CompleteMultipartUploadRequest,
  CreateMultipartUploadRequest,
  UploadPartRequest,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { AwsError } from '../../service';
import { bytesOf } from './s3-body';

interface Begun {
  readonly input: CreateMultipartUploadRequest;
  /** Which is also the object's LastModified. */
  readonly at: Date;
  readonly parts: Map<number, Buffer>;
}

export interface Completed {
  readonly input: CreateMultipartUploadRequest & { readonly Body: Buffer };
  readonly lastModified: Date;
  /** MD5 of the parts' MD5s, and how many they are: no MD5 of the object. */
  readonly etag: string;
}

/**
 * Uploads in parts that were begun and not completed:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export class MultipartUploads {
  private readonly begun = new Map<string, Begun>();
  private count = 0;

  create(input: CreateMultipartUploadRequest, at: Date): { readonly UploadId: string } {
    this.count += 1;
    const UploadId = `upload-${this.count}`;
    this.begun.set(UploadId, { input, at, parts: new Map() });
    return { UploadId };
  }

  async addPart({ UploadId, PartNumber = 0, Body }: UploadPartRequest & { Body?: unknown }): Promise<{ ETag: string }> {
    const bytes = await bytesOf(Body);
    this.find(UploadId).parts.set(PartNumber, bytes);
    return { ETag: `"${md5(bytes)}"` };
  }

  complete({ UploadId, MultipartUpload }: CompleteMultipartUploadRequest): Completed {
    const { input, at, parts } = this.find(UploadId);
    const wanted = (MultipartUpload?.Parts ?? []).map(({ PartNumber = 0 }) => parts.get(PartNumber));
    const all = wanted.filter((part) => part !== undefined);
    if (all.length === 0 || all.length < wanted.length)
      throw new AwsError('InvalidPart', 'One or more of the specified parts could not be found.', 400);
    this.begun.delete(UploadId ?? '');
    const etag = `${md5(Buffer.concat(all.map((part) => Buffer.from(md5(part), 'hex'))))}-${all.length}`;
    return { input: { ...input, Body: Buffer.concat(all) }, lastModified: at, etag };
  }

  private find(id: string | undefined): Begun {
    const found = this.begun.get(id ?? '');
    if (!found) throw new AwsError('NoSuchUpload', 'The specified upload does not exist.', 404);
    return found;
  }
}

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');
