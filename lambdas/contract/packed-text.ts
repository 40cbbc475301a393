import { gunzipSync } from 'node:zlib';
import { DataSetInvalid, invalid } from './data-request';

export const MEGABYTE = 1024 * 1024;

/** Gzip says what it is in its first bytes, whatever the file is called. It stops unpacking at the limit. */
export function textOf(bytes: Uint8Array, maxBytes: number): string {
  if (bytes.length > maxBytes)
    invalid('the file', `has ${megabytes(bytes.length)}; the limit is ${megabytes(maxBytes)}`);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return utf8Of(bytes);
  try {
    return utf8Of(gunzipSync(bytes, { maxOutputLength: maxBytes }));
  } catch (error) {
    if (error instanceof DataSetInvalid) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      invalid('the file', `unpacks to more than the limit of ${megabytes(maxBytes)}`);
    return invalid('the file', `cannot be unpacked by gzip: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}

const megabytes = (bytes: number): string =>
  bytes >= MEGABYTE ? `${Math.ceil(bytes / MEGABYTE)} MB` : `${bytes} bytes`;

/** Without the byte order mark, which editors of Windows write. */
const utf8Of = (bytes: Uint8Array): string => decoded(bytes) ?? invalid('the file', `is not UTF-8: ${firstOdd(bytes)}`);

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Where the first line that is no UTF-8 stands. */
function firstOdd(bytes: Uint8Array): string {
  for (let start = 0, line = 1; start <= bytes.length; line += 1) {
    const found = bytes.indexOf(0x0a, start);
    const end = found < 0 ? bytes.length : found;
    if (decoded(bytes.subarray(start, end)) === undefined) return `line ${line} has other bytes`;
    start = end + 1;
  }
  return 'it has other bytes';
}
