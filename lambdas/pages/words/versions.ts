import type { RolloutRecord } from '../../contract/rollout-record';

/** "version 4 (v4.onnx)"; the file where there is no version, the rollout where there is no file. */
export function greenName(record: RolloutRecord): string {
  const { green } = record.state ?? {};
  const file = fileOf(green?.model?.key ?? record.model?.split('?versionId=')[0]);
  if (green?.version === undefined) return file ?? record.id;
  return `version ${green.version}${file === undefined ? '' : ` (${file})`}`;
}

/** "version 3 (v3.onnx), blue". */
export function versionName({ state }: RolloutRecord, version: string): string {
  const role = state?.green.version === version ? 'green' : state?.blue.version === version ? 'blue' : undefined;
  const file = fileOf(role === undefined ? undefined : state?.[role].model?.key);
  return `version ${version}${file === undefined ? '' : ` (${file})`}${role === undefined ? '' : `, ${role}`}`;
}

const fileOf = (key: string | undefined): string | undefined => key?.split('/').at(-1) || key;
