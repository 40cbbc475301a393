import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrace, EvidenceInvalid } from '../../lambdas/contract/kept-evidence';
import type { KeptReplay } from '../../lambdas/contract/replay';
import type { Trace } from '../../lambdas/domain/trace/trace';
import { ArgumentsInvalid } from '../../tools/arguments-invalid';
import { namedJson, unusablePath } from '../../tools/named-file';
import { looksPaired, pairedOf } from './paired';

const TAKES = 'a trace, or a folder with traces in *.json files';

export interface ReadTrace {
  readonly file: string;
  readonly trace: Trace;
}
/** Requests that both versions answered. */
export interface ReadPairs {
  readonly file: string;
  readonly paired: KeptReplay;
}

/**
 * Reads files, and the *.json files of folders in the order of their names. In a folder, JSON that does not look like a
 * trace (an index, settings, vectors) is skipped with a note; what looks like one must be sound, and a file that was
 * named must be a trace.
 *
 * @throws ArgumentsInvalid
 */
export function readTraces(paths: readonly string[], note: (line: string) => void): readonly (ReadTrace | ReadPairs)[] {
  return paths.flatMap((path) => {
    if (!isFolder(path)) return [readOf(path, jsonOf(path))];
    const found = tracesIn(path, note);
    if (found.length === 0) throw new ArgumentsInvalid(`${path}: holds no *.json file that is a trace`);
    return found;
  });
}

function tracesIn(folder: string, note: (line: string) => void): (ReadTrace | ReadPairs)[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
  return files.flatMap((file) => {
    const value = jsonOf(file);
    if (looksLikeTrace(value) || looksPaired(value)) return [readOf(file, value)];
    note(`${file}: skipped, it is no trace (it has no rows and baseline)`);
    return [];
  });
}

const readOf = (file: string, value: unknown): ReadTrace | ReadPairs =>
  looksPaired(value) ? { file, paired: pairedOf(file, value) } : { file, trace: traceOf(file, value) };

const looksLikeTrace = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'rows' in value && 'baseline' in value;

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw unusablePath('PATH', path, TAKES, error);
  }
}

/** @throws ArgumentsInvalid */
const jsonOf = (file: string): unknown => namedJson('PATH', file, TAKES);

function traceOf(file: string, value: unknown): Trace {
  try {
    return parseTrace(value, file);
  } catch (error) {
    if (error instanceof EvidenceInvalid) throw new ArgumentsInvalid(error.message);
    throw error;
  }
}
