import { readFileSync } from 'node:fs';
import { ArgumentsInvalid } from './arguments-invalid';

/** Why a path that a person named cannot be read as a file, in place of the words of the system's error. */
const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'is a folder',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
  ERR_FS_FILE_TOO_LARGE: 'is larger than the 2 GB that can be read at once',
};

/** `--golden data/: is a folder; it takes a golden set, .json or .jsonl`. */
export function unusablePath(option: string, path: string, takes: string, error: unknown): ArgumentsInvalid {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  return new ArgumentsInvalid(`${option} ${path}: ${WHY[code] ?? `cannot be read: ${message}`}; it takes ${takes}`);
}

/** The bytes of a file that an option names. @throws ArgumentsInvalid, with what is there and what the option takes */
export function namedFile(option: string, path: string, takes: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unusablePath(option, path, takes, error);
  }
}

/** What a JSON file holds, with or without the byte order mark of Windows' editors. @throws ArgumentsInvalid */
export function namedJson(option: string, path: string, takes: string): unknown {
  const bytes = namedFile(option, path, takes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    // It quotes the file, line ends and all.
    const why = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 200);
    throw new ArgumentsInvalid(`${option} ${path}: is not JSON: ${why}; it takes ${takes}`);
  }
}
