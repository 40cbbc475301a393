import { apiPages } from './api-pages';
import { page } from './markdown-files';

const pages = apiPages();

it.each(Object.keys(pages))('docs/reference/%s is what the package exports: `npm run docs` writes it', (name) => {
  expect(page(`docs/reference/${name}`)).toBe(pages[name]);
});
