import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { classNamesKey, classNamesSchema, MAX_KEPT_MEGABYTES } from '../contract/class-names';
import type { ModelServerEnv } from '../contract/model-server-env';
import { downloadModel } from './download-model';
import type { ModelSource } from '../adapters/s3/model-source';

export type ClassNames = () => Promise<readonly string[] | undefined>;

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
