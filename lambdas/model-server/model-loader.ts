import { setTimeout as delay } from 'node:timers/promises';
import type { ModelServerEnv } from '../contract/model-server-env';
import { answerCounter } from '../domain/measures/count-answers';
import type { ModelLoad } from '../domain/model-load';
import { type Progress, downloadModel } from './download-model';
import { type Counting, loadModel, type LoadedModel, type TensorSignature } from './load-model';
import type { ModelSource } from '../adapters/s3/model-source';
import { noModelYet, NotReady } from './not-ready';
import type { ServerLog } from './server-log';
import type { ModelMetadata, TensorMetadata } from '../contract/inference-protocol';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classNamesKey, classNamesSchema, MAX_KEPT_MEGABYTES } from '../contract/class-names';

/** A model with the endpoint's class names, in the order of their index. */
export interface NamedModel extends LoadedModel, Counting {
  readonly classNames: readonly string[] | undefined;
}

export interface ModelLoader {
  /** Starts to load, if that has not begun. Never rejects: what went wrong is kept for `model`. */
  start(): Promise<void>;
  /**
   * The loaded model; waits for it, at most `limitMs`, after which the load goes on for the next request. Rejects with
   * the kept `NotReady`, or with the bug that stopped the load.
   */
  model(limitMs?: number): Promise<NamedModel>;
  /** What the load took once the model is there, so that a request need not wait for it. */
  loaded(): ModelLoad | undefined;
}

/** A download that failed may succeed later, unlike a wrong file; so it is tried again, at most once a second. */
const RETRY_AFTER_MS = 1000;

interface Opened {
  readonly model: LoadedModel;
  readonly load: ModelLoad;
}

type LoadOutcome =
  | { readonly state: 'loaded'; readonly model: NamedModel }
  | { readonly state: 'failed'; readonly error: unknown; readonly at: number };

export function modelLoader(
  env: ModelServerEnv,
  source: ModelSource,
  now: () => number,
  log: ServerLog,
  classNames: ClassNames,
): ModelLoader {
  let loading: Promise<LoadOutcome> | undefined;
  let loaded: ModelLoad | undefined;
  let progress: Progress = { bytes: 0, of: undefined, doneAt: undefined };
  let begun = 0;

  /** Kept, so that names which cannot be read yet do not let it be downloaded and opened again with each try. */
  let opening: Promise<Opened> | undefined;

  async function open(): Promise<Opened> {
    begun = now();
    progress = { bytes: 0, of: undefined, doneAt: undefined };
    try {
      if (!env.model) throw noModelYet(env.endpoint);
      const model = await loadModel(source, env.model, env, progress, now);
      const downloaded = progress.doneAt ?? begun;
      return {
        model,
        load: { bytes: progress.bytes, downloadMs: downloaded - begun, openMs: now() - downloaded },
      };
    } catch (error) {
      opening = undefined;
      throw error;
    }
  }

  async function attempt(): Promise<LoadOutcome> {
    try {
      const [{ model, load }, names] = await Promise.all([(opening ??= open()), classNames()]);
      loaded = load;
      log.info('Model loaded', {
        ms: now() - begun,
        ...loaded,
        sha256: env.model?.sha256,
        key: env.model?.key,
        ...(model.leftOut.length > 0 && { leftOut: model.leftOut }),
      });
      const countedNames = names ?? model.ownNames;
      const counter = answerCounter(model.facts, { ...env, classNames: countedNames, own: env.measures });
      return { state: 'loaded', model: { ...model, counter, countedNames, classNames: names } };
    } catch (error) {
      if (error instanceof NotReady) log.warn('Model not loaded', { code: error.code, reason: error.message });
      else log.error('Loading the model hit a bug', { error });
      return { state: 'failed', error, at: now() };
    }
  }

  /** A request that Lambda stops at its time limit takes the environment along, and with it what was loaded so far. */
  async function within(limitMs: number | undefined, load: Promise<LoadOutcome>): Promise<LoadOutcome> {
    if (limitMs === undefined || loaded !== undefined) return load;
    const given = new AbortController();
    const late = delay(Math.max(0, limitMs), undefined, { signal: given.signal }).then(() => {
      throw stillLoading(progress, now() - begun);
    });
    try {
      return await Promise.race([load, late]);
    } finally {
      given.abort();
    }
  }

  return {
    start: async () => {
      await (loading ??= attempt());
    },
    model: async (limitMs) => {
      const current = (loading ??= attempt());
      let outcome = await within(limitMs, current);
      if (outcome.state === 'failed' && mayRetry(outcome.error) && now() - outcome.at >= RETRY_AFTER_MS) {
        // Requests that waited together share one new attempt.
        if (loading === current) loading = attempt();
        outcome = await within(limitMs, loading);
      }
      if (outcome.state === 'failed') throw outcome.error;
      return outcome.model;
    },
    loaded: () => loaded,
  };
}

const mayRetry = (error: unknown): boolean => error instanceof NotReady && error.code === 'ModelDownloadFailed';

const stillLoading = ({ bytes, of, doneAt }: Progress, elapsedMs: number): NotReady => {
  const seconds = (elapsedMs / 1000).toFixed(0);
  const part = `${(bytes / 1e6).toFixed(1)}${of === undefined ? '' : ` of ${(of / 1e6).toFixed(1)}`} MB`;
  return new NotReady(
    'ModelLoading',
    doneAt === undefined
      ? `The model is still being downloaded: ${part} after ${seconds} s.`
      : `The model is still being opened: all ${part} are here, after ${seconds} s.`,
  );
};

/** What a batch is to the judge: one request, or as many rows as it has. For people who read the metadata. */
const COUNTED = {
  errors: 'requests',
  latency: 'requests',
  throttles: 'requests',
  predictions: 'rows',
  accuracy: 'rows',
};

/** What the protocol says of a model, and in `parameters` what it has no words for. */
export const metadataOf = (model: NamedModel, name: string, version: string): ModelMetadata => ({
  name,
  versions: [version],
  platform: 'onnxruntime_onnx',
  inputs: model.inputs.map(described),
  outputs: model.outputs.map(described),
  parameters: {
    counted: COUNTED,
    ...(model.leftOut.length > 0 && { left_out: [...model.leftOut] }),
    ...(model.takesMissing && { missing_values: true }),
    measures: model.counter.measures.map((measure) => measure.name),
    ...(model.countedNames && { class_names: [...model.countedNames] }),
  },
});

const described = ({ name, datatype, shape, anyRank, classNames }: TensorSignature): TensorMetadata => ({
  name,
  datatype,
  shape: anyRank ? [-1] : shape,
  ...((anyRank || classNames) && {
    parameters: { ...(anyRank && { rank: 'any' }), ...(classNames && { class_names: classNames }) },
  }),
});

type ClassNames = () => Promise<readonly string[] | undefined>;

/**
 * The endpoint's class names, from the environment or from the object that it names, which is read once. Rejects with
 * `NotReady` where that cannot be read; the next request tries again.
 */
export function classNamesOf({ classNames, endpoint, model }: ModelServerEnv, source: ModelSource): ClassNames {
  if (classNames === undefined || !('sha256' in classNames) || model === undefined) {
    const known = Promise.resolve(classNames !== undefined && 'sha256' in classNames ? undefined : classNames);
    return () => known;
  }
  const object = { bucket: model.bucket, key: classNamesKey(endpoint, classNames), sha256: classNames.sha256 };
  const read = async (): Promise<readonly string[]> => {
    const directory = await mkdtemp(join(tmpdir(), 'greenlight-names-'));
    try {
      const file = join(directory, 'names.json');
      await downloadModel(source, object, file, MAX_KEPT_MEGABYTES, { bytes: 0, of: undefined, doneAt: undefined });
      return classNamesSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };
  let reading: Promise<readonly string[]> | undefined;
  return async () => {
    try {
      return await (reading ??= read());
    } catch (error) {
      reading = undefined;
      throw error;
    }
  };
}
