import { REFERENCE_PAGES } from './reference-pages';
import { page } from './markdown-files';

it.each(Object.keys(REFERENCE_PAGES))(
  'docs/reference/%s is what the code gives: `npm run docs` writes it',
  async (name) => {
    expect(page(`docs/reference/${name}`)).toBe(await REFERENCE_PAGES[name]!());
  },
);
