import type { VersionView } from '../../contract/view';

/** "version 4, v4.onnx". */
export function versionInWords({ version, model }: VersionView): string {
  const file = fileOf(model);
  const what = version === null ? 'not published yet' : `version ${version}`;
  return file === undefined ? what : `${what}, ${file}`;
}

/** `v4.onnx` of `s3://bucket/models/digits/v4.onnx?versionId=…`. */
const fileOf = (address: string | null): string | undefined =>
  address
    ?.replace(/\?versionId=[^?]*$/, '')
    .split('/')
    .at(-1) || undefined;
