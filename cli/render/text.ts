import { onOneLine } from '../../lambdas/contract/problems';

/** A number stays with its unit. */
const BREAKS = /(?<!\d) /;

/**
 * What people and models wrote must not steer the terminal. Words in lines of at most `width` characters; a longer word
 * has a line of its own. Every line begins with `indent`.
 */
export function wrapped(text: string, width: number, indent = ''): readonly string[] {
  const room = Math.max(width - indent.length, 20);
  const lines: string[] = [];
  let line = '';
  for (const word of onOneLine(text).split(BREAKS)) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => `${indent}${one}`);
}

/** One word of a command line, as it is to be typed in a shell: in quotes only where it needs them. */
export const typed = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** A label, and text beside it that is wrapped under itself. */
export function labelled(label: string, text: string, width: number, labelWidth = 10): readonly string[] {
  const [first = '', ...rest] = wrapped(text, width - labelWidth - 2);
  return [`  ${label.padEnd(labelWidth)}${first}`, ...rest.map((line) => `  ${' '.repeat(labelWidth)}${line}`)];
}

/** What does not fit is counted: `errors: green 9.5 % … +153`. */
export function cut(text: string, width: number): string {
  const safe = onOneLine(text);
  if (safe.length <= width) return safe;
  const marked = (kept: number): string => `${safe.slice(0, kept).trimEnd()} … +${safe.length - kept}`;
  const kept = Math.max(width - ` … +${safe.length}`.length, 0);
  return marked(kept);
}

/** The end of a name tells more than its beginning: `…/retrained/2026-week-47.onnx`. */
export function cutBefore(text: string, width: number): string {
  const safe = onOneLine(text);
  return safe.length <= width ? safe : `…${safe.slice(safe.length - Math.max(width - 1, 1))}`;
}

/** `models/digits/v2.onnx` of an s3:// address with bucket and version id. */
export const shortModel = (address: string | null): string =>
  address === null ? 'no model' : address.replace(/^s3:\/\/[^/]+\//, '').replace(/\?versionId=.*$/, '');

/** A line that is too long, in several that hang below its own indent; one that fits stays as it is. */
export function folded(line: string, width: number): readonly string[] {
  if (line.length <= width) return [line];
  const [indent = ''] = /^ */.exec(line) ?? [];
  const [first = '', ...rest] = wrapped(line.trimStart(), width - indent.length - 2);
  return [`${indent}${first}`, ...rest.map((one) => `${indent}  ${one}`)];
}
