import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { ModelSource, SourceObject } from '../adapters/s3/model-source';
import { NotReady, reason } from './not-ready';

const MEGABYTE = 1024 * 1024;

/**
 * A transfer in which nothing arrives for so many ticks of this process is given up and goes on where it broke off.
 * Ticks and not a time: Lambda freezes an environment between requests, and the seconds of a freeze are no silence of
 * S3, whose first byte comes within 0.2 s. What is a silence then is a connection that died meanwhile: 10 x 0.2 = 2 s
 * of a request's 15.
 */
const TICK_MS = 200;
const SILENT_TICKS = 10;
/** In a row, without a byte more. What the source itself refuses is not tried again here. */
const FRUITLESS_ATTEMPTS = 3;
/** In all: S3 breaks off a long transfer now and then, not twenty times. */
const ATTEMPTS = 20;

/** How far a download has come; for the request that waits for it. */
export interface Progress {
  bytes: number;
  of: number | undefined;
  /** When all of it was there and proven, by the clock of the caller. */
  doneAt: number | undefined;
}

interface Download {
  readonly file: FileHandle;
  readonly hash: Hash;
  readonly progress: Progress;
  readonly maxMegabytes: number;
  readonly where: string;
  /** Where the limit can be changed, or why it need not be. */
  readonly advice: string;
}

/**
 * Writes the pinned object to a file and proves that it is the one that was validated: same sha256. Nothing of it stays
 * in memory. Throws `NotReady` with ModelDownloadFailed, ModelTooLarge (as soon as the limit is passed) or
 * Sha256Mismatch.
 */
export async function downloadModel(
  source: ModelSource,
  model: SourceObject,
  path: string,
  maxMegabytes: number,
  progress: Progress,
): Promise<void> {
  const version = model.versionId === undefined ? '' : `?versionId=${model.versionId}`;
  const where = `s3://${model.bucket}/${model.key}${version}`;
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  try {
    const advice =
      model.versionId === undefined
        ? ', which no class names need: the object is not the one that the rollout wrote'
        : ' (GREENLIGHT_MAX_MODEL_MB)';
    const download = { file, hash, progress, maxMegabytes, where, advice };
    let fruitless = 0;
    for (let attempt = 1; ; attempt += 1) {
      const before = progress.bytes;
      const broken = await readOn(source, model, download);
      if (broken === undefined) break;
      fruitless = progress.bytes > before ? 0 : fruitless + 1;
      if (fruitless === FRUITLESS_ATTEMPTS || attempt === ATTEMPTS) throw broken;
    }
  } catch (error) {
    if (error instanceof NotReady) throw error;
    throw new NotReady('ModelDownloadFailed', failure(where, progress, error), { cause: error });
  } finally {
    await file.close();
  }
  const sha256 = hash.digest('hex');
  if (sha256 !== model.sha256) {
    throw new NotReady('Sha256Mismatch', `${where} has sha256 ${sha256}, but ${model.sha256} was pinned.`);
  }
}

/**
 * Reads on from where the download stands, to the end. Answers what broke it off; throws what another try cannot mend.
 */
async function readOn(source: ModelSource, model: SourceObject, download: Download): Promise<Error | undefined> {
  const { progress } = download;
  const silence = silenceWatch(progress);
  try {
    const stream = await silence.unlessBroken(source.open(model, progress.bytes, silence.signal));
    silence.heard();
    progress.of = stream.contentLength;
    refuseAbove(download, stream.contentLength ?? 0);
    return await readChunks(stream.chunks, download, silence);
  } catch (error) {
    if (error instanceof TransferSilent) return error;
    throw error;
  } finally {
    silence.stop();
  }
}

async function readChunks(
  chunks: AsyncIterable<Uint8Array>,
  download: Download,
  silence: SilenceWatch,
): Promise<Error | undefined> {
  const { file, hash, progress } = download;
  const arriving = chunks[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await silence.unlessBroken(arriving.next());
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
    if (next.done) break;
    silence.heard();
    progress.bytes += next.value.byteLength;
    refuseAbove(download, progress.bytes);
    hash.update(next.value);
    await file.writeFile(next.value);
  }
  const { bytes, of } = progress;
  return of === undefined || bytes >= of ? undefined : new Error(`it ended after ${bytes} of ${of} bytes`);
}

class TransferSilent extends Error {
  override readonly name = 'TransferSilent';
}

interface SilenceWatch {
  readonly signal: AbortSignal;
  /** The work, or a rejection when nothing was heard for too long. */
  unlessBroken<T>(work: Promise<T>): Promise<T>;
  heard(): void;
  stop(): void;
}

function silenceWatch({ bytes }: Progress): SilenceWatch {
  const controller = new AbortController();
  let reject: (error: Error) => void = () => undefined;
  let silent = 0;
  const timer = setInterval(() => {
    silent += 1;
    if (silent < SILENT_TICKS) return;
    reject(new TransferSilent(`nothing arrived for ${(SILENT_TICKS * TICK_MS) / 1000} s, from byte ${bytes} on`));
    controller.abort();
  }, TICK_MS);
  const stop = () => {
    clearInterval(timer);
    controller.abort();
  };
  return {
    signal: controller.signal,
    // No race against one promise of the whole transfer: it would hold every chunk until it is over.
    unlessBroken: (work) =>
      new Promise((resolve, refuse) => {
        reject = refuse;
        work.then(resolve, refuse);
      }),
    heard: () => void (silent = 0),
    stop,
  };
}

function failure(where: string, { bytes, of }: Progress, error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
    return (
      `${where} does not fit into /tmp, which is full after ${bytes} bytes: give the function more ephemeral ` +
      'storage'
    );
  const got = bytes > 0 ? `, ${bytes} of ${of ?? 'unknown'} bytes came` : '';
  return `${where} could not be read${got}: ${reason(error)}`;
}

function refuseAbove({ maxMegabytes, where, advice }: Download, bytes: number): void {
  if (bytes <= maxMegabytes * MEGABYTE) return;
  throw new NotReady('ModelTooLarge', `${where} has ${bytes} bytes or more, the limit is ${maxMegabytes} MB${advice}.`);
}
