import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { page, ROOT } from './markdown-files';

it('CONTRIBUTING lists every folder of tests, once', () => {
  const folders = readdirSync(join(ROOT, 'test'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const listed = [...page('CONTRIBUTING.md').matchAll(/^\|[^|]*\| `test\/([\w-]+)`/gm)].map(([, name]) => name);
  expect([...listed].sort()).toEqual(folders.map(({ name }) => name).sort());
});
