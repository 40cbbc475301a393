import { page } from '../repository/docs/markdown-files';
import { BLOCKS, withTables } from './page';

describe('the page of conformance', () => {
  it('shows what is expected and what differs today; write it anew with `npx tsx test/conformance/write-page.ts`', () => {
    const shown = page('docs/reference/conformance.md');
    expect(shown).toBe(withTables(shown));
  });

  it('has a place for every table', () => {
    const shown = page('docs/reference/conformance.md');
    for (const name of Object.keys(BLOCKS)) expect(shown).toContain(`<!-- /${name} -->`);
  });
});
