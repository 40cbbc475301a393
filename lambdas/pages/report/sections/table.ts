import { type Html, type HtmlContent, html } from '../../words/html';

/**
 * A table whose rows are named by their first cell. Where it is wider than the page it scrolls by itself, or each row
 * becomes a card with the heads before its cells; the roles keep it a table for who does not see it.
 */
export const table = (
  caption: string,
  heads: readonly HtmlContent[],
  rows: readonly (readonly HtmlContent[])[],
  onPhones: 'scrolls' | 'cards' = 'scrolls',
): Html =>
  html`<div class="wide ${onPhones}" role="group" aria-label="${caption}" tabindex="0">
    <table role="table">
      <caption class="hidden">
        ${caption}
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          ${heads.map((head) => html`<th scope="col" role="columnheader">${head}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map((cells) => row(cells, onPhones === 'cards' ? heads : []))}
      </tbody>
    </table>
  </div>`;

const row = ([name, ...cells]: readonly HtmlContent[], heads: readonly HtmlContent[]): Html =>
  html`<tr role="row">
    <th scope="row" role="rowheader">${name}</th>
    ${cells.map((cell, index) => html`<td role="cell">${before(heads[index + 1])}${cell}</td>`)}
  </tr>`;

/** Seen on phones alone; a screen reader has the head itself. */
const before = (head: HtmlContent): HtmlContent =>
  head === undefined ? '' : html`<span class="cell-head" aria-hidden="true">${head}</span>`;

/** Names and what they are, beside each other or one below the other; what is undefined or empty is left out. */
export const facts = (
  entries: readonly (readonly [name: string, value: HtmlContent])[],
  values: 'short' | 'long' = 'short',
): Html =>
  html`<dl class="facts ${values}">
    ${entries
      .filter(([, value]) => value !== undefined && value !== '')
      .map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
  </dl>`;

/** A part of the page under a heading of its own. */
export const section = (id: string, heading: string, content: HtmlContent): Html =>
  html`<section aria-labelledby="${id}">
    <h2 id="${id}">${heading}</h2>
    ${content}
  </section>`;
