import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { page, ROOT } from './markdown-files';

it('CONTRIBUTING lists every folder of tests, once', () => {
  const folders = readdirSync(join(ROOT, 'test'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const listed = [...page('CONTRIBUTING.md').matchAll(/^\|[^|]*\| `test\/([\w/-]+)`/gm)].map(([, name = '']) => name);
  expect(listed.filter((name) => !existsSync(join(ROOT, 'test', name)))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
  // A room with folders of its own is listed by them.
  const rooms = new Set(listed.map((name) => name.split('/')[0]));
  expect([...rooms].sort()).toEqual(folders.map(({ name }) => name).sort());
});
