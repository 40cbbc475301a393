import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ForeignModel, ModelStore } from '../../lambdas/adapters/s3/model-store';
import { ModelUnreadable, unreadableInWords } from '../../lambdas/contract/unreadable';
import { formatModelAddress, type ModelAddress, parseModelAddress } from '../../lambdas/domain/rollout';
import { endpointFor, type UploadRequest } from '../../lambdas/operations/upload';
import type { Cli } from '../command';
import { UsageError } from '../failure';

/** What is stored. */
export interface UploadSource extends Pick<UploadRequest, 'content' | 'fileName' | 'sha256' | 'sizeBytes'> {
  /** Where a model was made of several files: which. */
  readonly weights: string | undefined;
}

/** What a person says of it. */
interface Wanted extends Pick<UploadRequest, 'endpoint'> {
  /** A file, or an s3:// address. */
  readonly named: string;
  readonly sha256: string | undefined;
  /** What the object is to be called. @default as the file */
  readonly fileName: string | undefined;
}

/**
 * Uses the model that a person names: a file, or an object of another bucket by its s3:// address. Below an address
 * that ends in a slash it is the newest of the digest that is wanted. Where S3 tells that an object has that digest,
 * S3 copies it; else it is fetched, unless the endpoint would refuse it, and is a file as any other until it was used.
 * @throws UsageError, ArgumentsInvalid, UnknownEndpoint, InvalidInput
 */
export async function withSource<T>(
  cli: Pick<Cli, 'app' | 'note'>,
  { named, sha256: wanted, fileName, endpoint }: Wanted,
  use: (source: UploadSource) => Promise<T>,
): Promise<T> {
  if (!named.startsWith('s3://')) return use(await fileAt(named));
  const address = parseModelAddress(named);
  if (address === undefined)
    throw new UsageError(`FILE: must be a file, or s3://BUCKET/KEY with or without ?versionId=; got "${named}"`);
  const { ports } = await cli.app();
  const models = ports.modelStore;
  const found = await readable(address.bucket, () => foreign(models, address, wanted));
  if (found === undefined)
    throw new UsageError(`FILE: there is no ${named}${isFolder(address) ? ` of ${wanted}` : ''}`);
  const { sizeBytes, sha256, key } = found;
  if (sha256 !== undefined && sha256 === wanted)
    return use({ content: found, fileName: basename(key), sha256, sizeBytes, weights: undefined });
  const fits = (bytes: number) =>
    endpointFor(ports, { endpoint, fileName: fileName ?? basename(key), sizeBytes: bytes });
  await fits(sizeBytes);
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-'));
  try {
    const from = formatModelAddress(found);
    cli.note(`Fetches ${from}, whose digest S3 does not tell.`);
    const file = await fetched(models, found, folder, fits);
    const { weights, ...model } = await fileAt(file);
    return await use({ ...model, weights: weights?.replaceAll(file, from) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const isFolder = ({ key }: ModelAddress): boolean => key.endsWith('/');

async function foreign(models: ModelStore, address: ModelAddress, wanted: string | undefined) {
  if (!isFolder(address)) return models.describeForeign(address);
  if (wanted === undefined)
    throw new UsageError(`FILE: ${formatModelAddress(address)} is a folder: name a model in it, or its --sha256`);
  return models.findForeign(address.bucket, address.key, wanted);
}

/** An object, and the files that its weights lie in, in a folder here. Answers the object's file. */
async function fetched(
  models: ModelStore,
  model: ForeignModel,
  folder: string,
  fits: (sizeBytes: number) => Promise<unknown>,
): Promise<string> {
  const fetch = async (address: ModelAddress, path: string) => {
    await mkdir(dirname(path), { recursive: true });
    await pipeline(await readable(address.bucket, () => models.readForeign(address)), createWriteStream(path));
  };
  const file = join(folder, basename(model.key));
  await fetch(model, file);
  if (!file.endsWith('.onnx')) return file;
  const { bucket } = model;
  const { weightFiles } = await import('../whole-model');
  let { sizeBytes } = model;
  for (const path of weightFiles(file)) {
    const key = posix.join(posix.dirname(model.key), path);
    const weights = await readable(bucket, () => models.describeForeign({ bucket, key }));
    if (weights === undefined)
      throw new UsageError(
        `FILE: the weights of ${formatModelAddress(model)} lie in "${path}", and there is no ` +
          `${formatModelAddress({ bucket, key })}: put it beside the model`,
      );
    await fits((sizeBytes += weights.sizeBytes));
    await fetch(weights, join(folder, path));
  }
  return file;
}

/** @throws UsageError where S3 refuses */
async function readable<T>(bucket: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ModelUnreadable)) throw error;
    throw new UsageError(
      `FILE: s3://${bucket}/${error.key} ${unreadableInWords(error.unreadable)}; a bucket of another account ` +
        'must let this one read (modelReaders), and so must your own rights: docs/guides/accounts.md',
    );
  }
}

/** What is stored: the file as it is, or one of it and of the files that its weights lie in. */
async function fileAt(file: string): Promise<UploadSource> {
  const [sizeBytes, fileName] = [await sizeOf(file), basename(file)];
  // Late, and only where there is something to find: other suffixes are no ONNX.
  const whole = file.endsWith('.onnx') ? (await import('../whole-model')).withWeights(file, sizeBytes) : undefined;
  if (whole === undefined)
    return {
      sizeBytes,
      fileName,
      sha256: await sha256Of(file),
      content: () => createReadStream(file),
      weights: undefined,
    };
  const { bytes, says } = whole;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { sizeBytes: bytes.byteLength, fileName, sha256, content: () => bytes, weights: says };
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new UsageError(`FILE: there is no ${file}; it takes the file of a model`);
  if (!found.isFile()) throw new UsageError(`FILE: ${file} is a folder; it takes the file of a model`);
  return found.size;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
