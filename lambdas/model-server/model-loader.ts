import type { ModelServerEnv } from '../contract/model-server-env';
import { loadModel, type LoadedModel } from './load-model';
import type { ModelSource } from './model-source';
import { noModelYet, NotReady } from './not-ready';
import type { ServerLog } from './server-log';

export interface ModelLoader {
  /** Starts to load, if that has not begun. Never rejects: what went wrong is kept for `model`. */
  start(): Promise<void>;
  /** The loaded model; waits for it. Rejects with the kept `NotReady`, or with the bug that stopped the load. */
  model(): Promise<LoadedModel>;
  /** Whether the model is there, so that a request need not wait for it. */
  loaded(): boolean;
}

/** A download that failed may succeed later, unlike a wrong file; so it is tried again, at most once a second. */
const RETRY_AFTER_MS = 1000;

type Outcome =
  | { readonly state: 'loaded'; readonly model: LoadedModel }
  | { readonly state: 'failed'; readonly error: unknown; readonly at: number };

export function modelLoader(env: ModelServerEnv, source: ModelSource, now: () => number, log: ServerLog): ModelLoader {
  let loading: Promise<Outcome> | undefined;
  let loaded = false;

  async function attempt(): Promise<Outcome> {
    const begun = now();
    try {
      if (!env.model) throw noModelYet(env.endpoint);
      const model = await loadModel(source, env.model, env);
      loaded = true;
      log.info('Model loaded', { ms: now() - begun, sha256: env.model.sha256, key: env.model.key });
      return { state: 'loaded', model };
    } catch (error) {
      if (error instanceof NotReady) log.warn('Model not loaded', { code: error.code, reason: error.message });
      else log.error('Loading the model hit a bug', { error });
      return { state: 'failed', error, at: now() };
    }
  }

  return {
    start: async () => {
      await (loading ??= attempt());
    },
    model: async () => {
      const current = (loading ??= attempt());
      let outcome = await current;
      if (outcome.state === 'failed' && mayRetry(outcome.error) && now() - outcome.at >= RETRY_AFTER_MS) {
        // Requests that waited together share one new attempt.
        if (loading === current) loading = attempt();
        outcome = await loading;
      }
      if (outcome.state === 'failed') throw outcome.error;
      return outcome.model;
    },
    loaded: () => loaded,
  };
}

const mayRetry = (error: unknown): boolean => error instanceof NotReady && error.code === 'ModelDownloadFailed';
