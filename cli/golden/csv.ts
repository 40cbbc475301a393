/** Cells of a line, and its number in the file. */
export interface CsvLine {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Of the first line, which has no text in quotes as a rule. */
const SEPARATORS = [',', ';', '\t', '|'] as const;

/** A table cannot be read; the message names the line. */
export class CsvInvalid extends Error {
  override readonly name = 'CsvInvalid';
}

/**
 * Lines of comma-separated values as https://www.rfc-editor.org/rfc/rfc4180 has them: cells in quotes may hold
 * separators, line breaks, and quotes that are doubled. Semicolons, tabs and bars separate where the first line has
 * more of them. Empty lines are none.
 * @throws CsvInvalid where a quote is opened and never closed
 */
export function csvLines(text: string): readonly CsvLine[] {
  const head = text.slice(0, text.search(/\r?\n|$/));
  const separator = [...SEPARATORS].sort((a, b) => head.split(b).length - head.split(a).length)[0]!;
  const lines: CsvLine[] = [];
  let [cells, cell, quoted, line, begun]: [string[], string, boolean, number, number] = [[], '', false, 1, 1];
  let opened = 0;
  const end = (): void => {
    if (cells.length > 0 || cell !== '') lines.push({ cells: [...cells, cell], line: begun });
    [cells, cell, begun] = [[], '', line];
  };
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at]!;
    if (one === '\n') line += 1;
    if (quoted) {
      if (one !== '"') cell += one;
      else if (text[at + 1] === '"') [cell, at] = [`${cell}"`, at + 1];
      else quoted = false;
    } else if (one === '"' && cell === '') [quoted, opened] = [true, line];
    else if (one === separator) [cells, cell] = [[...cells, cell], ''];
    else if (one === '\n') end();
    else if (one !== '\r') cell += one;
  }
  if (quoted) throw new CsvInvalid(`line ${opened}: a quote is opened and never closed`);
  end();
  return lines;
}
