/** HTML that may go into a page as it is. Only `html` makes it, and that escapes everything else. */
export class Html {
  constructor(readonly text: string) {}
}

/** Text is escaped; undefined is nothing; a list is its parts one after the other. */
export type HtmlContent = Html | string | number | undefined | readonly HtmlContent[];

/** A piece of a page. Every value in it is escaped unless it is a piece itself; attributes must be in double quotes. */
export const html = (parts: TemplateStringsArray, ...values: readonly HtmlContent[]): Html =>
  new Html(parts.map((part, index) => part + textOf(values[index])).join(''));

function textOf(content: HtmlContent): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(textOf).join('');
  return String(content).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
