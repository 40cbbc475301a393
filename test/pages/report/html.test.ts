import fc from 'fast-check';
import { html } from '../../../lambdas/pages/words/html';

const decoded = (text: string): string =>
  text
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');

const anything = fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', ';', '=', ' ') });

test('a value stays one text, in an element and in an attribute', () =>
  fc.assert(
    fc.property(anything, (value) => {
      const found = /^<p title="([^"<>]*)">([^"'<>]*)<\/p>$/.exec(html`<p title="${value}">${value}</p>`.text);
      expect(found?.slice(1).map(decoded)).toEqual([value, value]);
    }),
  ));

test('pieces and lists of pieces stay as they are, and nothing is nothing', () => {
  const items = ['<a>', 'b'].map((one) => html`<b>${one}</b>`);
  expect(html`<p>${items}${undefined}${7}</p>`.text).toBe('<p><b>&lt;a&gt;</b><b>b</b>7</p>');
});
