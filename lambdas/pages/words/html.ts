import { HOUR_MS, MINUTE_MS } from '../../domain/minutes';

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

/** Nothing is loaded and nothing runs, whatever a record holds. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A page that stands alone, in the reader's colours. `style` is CSS. */
export const pageOf = (title: string, style: Html, body: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;

/** Milliseconds since 1970; undefined for a text that is no time. */
export const momentOf = (at: string | undefined): number | undefined => {
  const moment = at === undefined ? NaN : Date.parse(at);
  return Number.isNaN(moment) ? undefined : moment;
};

/** "2026-11-23 09:14:05 UTC"; a text that is no time stays as it is. */
export function dateAndTime(at: string): Html {
  const moment = momentOf(at);
  if (moment === undefined) return html`${at}`;
  const iso = new Date(moment).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`;
}

/** "09:14:05", with the date in front where that of `since` is another. */
export function timeOfDay(at: string, since: string): Html {
  const [moment, first] = [momentOf(at), momentOf(since)];
  if (moment === undefined) return html`${at}`;
  const iso = new Date(moment).toISOString();
  const sameDay = first !== undefined && new Date(first).toISOString().slice(0, 10) === iso.slice(0, 10);
  return html`<time datetime="${iso}">${sameDay ? '' : `${iso.slice(0, 10)} `}${iso.slice(11, 19)}</time>`;
}

/** "40 s", "7 min", "3 h 20 min". */
export function duration(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.round(ms / 1000))} s`;
  const minutes = Math.round(ms / MINUTE_MS);
  if (ms < HOUR_MS) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
}

/** Minutes from one time to another; undefined where one of them is no time. */
export function minutesBetween(from: string, until: string): number | undefined {
  const [a, b] = [momentOf(from), momentOf(until)];
  return a === undefined || b === undefined ? undefined : (b - a) / MINUTE_MS;
}
