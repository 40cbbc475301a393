import { markdownTable } from './words';

/** A heading, a sentence and a table. */
export const section = (
  title: string,
  text: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string => `## ${title}\n\n${text}\n\n${markdownTable(head, rows)}`;
