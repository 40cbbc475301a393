import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { files, scripts } from '../../../package.json';
import { anchorsOf, markdownFiles, page, ROOT } from './markdown-files';

const FILES = markdownFiles();

/** Targets of links and pictures that stay in the project. */
const targets = (text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^)\s]+)\)|(?:href|src)="([^"]+)"/g)]
    .map(([, markdown, html]) => markdown ?? html ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));

describe('the pages', () => {
  it('link only to files that exist', () => {
    const broken = FILES.flatMap(({ path, text }) =>
      targets(text)
        .map((target) => target.split('#')[0] ?? '')
        .filter((file) => file !== '' && !existsSync(join(ROOT, dirname(path), file)))
        .map((file) => `${path}: ${file}`),
    );
    expect(broken).toEqual([]);
  });

  it('link only to headings that exist', () => {
    const broken = FILES.flatMap(({ path, text }) =>
      targets(text)
        .map((target) => target.split('#') as [string, string?])
        .filter(([file, anchor]) => anchor !== undefined && (file === '' || file.endsWith('.md')))
        .filter(([file, anchor]) => {
          const there = file === '' ? text : page(normalize(join(dirname(path), file)));
          return !anchorsOf(there).includes(anchor ?? '');
        })
        .map((target) => `${path}: ${target.join('#')}`),
    );
    expect(broken).toEqual([]);
  });

  it('name only npm scripts that exist', () => {
    const named = FILES.flatMap(({ path, text }) =>
      [...text.matchAll(/npm run ([a-z][a-z0-9:-]*)/g)].map(([, script = '']) => ({ path, script })),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ script }) => !Object.keys(scripts).includes(script))).toEqual([]);
  });

  it('that the product names are in its package', () => {
    const sources = globSync('{cli,lambdas,lib}/**/*.ts', { cwd: ROOT });
    const named = sources.flatMap((path) =>
      [...readFileSync(join(ROOT, path), 'utf8').matchAll(/docs\/[a-z/-]+\.md/g)].map(([file]) => file),
    );
    expect(named).toContain('docs/guides/operations.md');
    const packed = (file: string) => files.some((one) => file === one || file.startsWith(`${one}/`));
    expect(named.filter((file) => !packed(file) || !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('are found at all', () => {
    expect(FILES.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['README.md', 'docs/explanation/statistics.md']),
    );
    expect(FILES.flatMap(({ text }) => targets(text)).length).toBeGreaterThan(20);
  });
});

describe('the README', () => {
  it('begins the two commands for newcomers, and no other line, with npm ci', () => {
    const commands = page('README.md')
      .split('\n')
      .filter((line) => /^\$? ?npm ci/.test(line));
    expect(commands).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
  });
});

describe('the index of the documentation', () => {
  it('leads to every page of its shelves', () => {
    const there = targets(page('docs/README.md'));
    const pages = FILES.map(({ path }) => path).filter((path) =>
      /^docs\/(guides|reference|explanation)\/[^/]+\.md$/.test(path),
    );
    expect(pages.map((path) => path.slice('docs/'.length)).filter((path) => !there.includes(path))).toEqual([]);
  });
});
