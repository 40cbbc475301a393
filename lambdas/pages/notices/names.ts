import type { EventOf } from '../../contract/transition-event';
import { parseModelAddress } from '../../domain/model-address';

type Served = EventOf<'green-deployed'>['green'];

/** "v2.onnx" of s3://bucket/models/digits/v2.onnx?versionId=…. */
export const fileOf = (address: string): string =>
  (parseModelAddress(address)?.key ?? address).split('/').at(-1) || address;

/** "version 7", the file where there is no version, the rollout where there is no file. */
export const shortName = (served: Served | undefined, rolloutId: string): string =>
  served?.version !== undefined
    ? `version ${served.version}`
    : served?.model !== undefined
      ? fileOf(served.model)
      : rolloutId;

/** "version 7 (v7.onnx)". */
export function longName(served: Served | undefined, rolloutId: string): string {
  const short = shortName(served, rolloutId);
  return served?.version === undefined || served.model === undefined ? short : `${short} (${fileOf(served.model)})`;
}

/** One word of a shell, whatever is in it: a key from outside must not bring a command of its own. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** "models/digits/v3.onnx (version id …)". */
export const uploadName = ({ key, versionId }: EventOf<'upload-waiting'>['upload']): string =>
  `${key} (version id ${versionId})`;
