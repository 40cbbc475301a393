import { readFileSync } from 'node:fs';
import { sourceFiles } from '../architecture/source-files';
import { markdownFiles } from './markdown-files';

/** Words of a dialect of our own, and the field's for the same. */
const INSTEAD: readonly (readonly [RegExp, string])[] = [
  [/\bnobody\b/i, 'say who or what is missing: "without callers", "no answer came", "it is not known"'],
  [/\b(somebody|whoever)\b/i, 'say who: a person, an operator, another writer'],
  [/\bcould not be had\b/i, 'could not be allocated'],
  [/\blet expect\b/i, 'predict'],
  [/\b(is|are|was|were) meant\b/i, 'expected X but Y is running'],
  [/\btells? (every|all) mistakes?\b/i, 'lists every error'],
  [/\b(cries|crying) wolf\b/i, 'false alarm'],
  [/\balarm (?:`\w+` )?(rings?|rang)\b/i, 'alarm X is in ALARM'],
];

/** Comments are held to the first four: they say who or what, too. */
const IN_COMMENTS = INSTEAD.slice(0, 4);

const found = (path: string, text: string, words = INSTEAD): readonly string[] =>
  words.flatMap(([word, instead]) => {
    const match = word.exec(text.replace(/\s+/g, ' '));
    return match === null ? [] : [`${path}: "${match[0]}" (${instead})`];
  });

/** What people read of a source file: its texts, not its comments, nor a lone word, which is a value. */
const texts = (source: string): string =>
  source
    .split('\n')
    .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line))
    .flatMap((line) => [...line.replace(/ \/\/ .*$/, '').matchAll(/'([^']* [^']*)'|`([^`]*)`|"([^"]* [^"]*)"/g)])
    .map(([whole]) => whole)
    .join('\n');

/** Comments of a source file: lines of their own, and what stands behind or within code. */
const comments = (source: string): string =>
  source
    .split('\n')
    .map((line) => (/^\s*(\*|\/\/|\/\*)/.test(line) ? line : (/ (\/\/ .*|\/\*.*?\*\/)/.exec(line)?.[1] ?? '')))
    .join('\n');

const testNames = (source: string): string =>
  [...source.matchAll(/^\s*(?:it|test|describe)\b.*?\(\s*(['"`])(.*?)\1/gm)].map(([, , name]) => name).join('\n');

describe("the field's words", () => {
  it('are those of the pages', () => {
    const pages = markdownFiles().filter(({ path }) => path !== 'CHANGELOG.md');
    expect(pages.flatMap(({ path, text }) => found(path, text))).toEqual([]);
  });

  it('are those of errors, reports, notices and commands', () => {
    const sources = sourceFiles(['lambdas', 'lib', 'cli', 'emulator']);
    expect(sources.flatMap((path) => found(path, texts(readFileSync(path, 'utf8'))))).toEqual([]);
  });

  it('are those of comments, which say who or what', () => {
    const sources = sourceFiles(['lambdas', 'lib', 'cli', 'simulator', 'emulator', 'lab', 'tools']);
    expect(sources.flatMap((path) => found(path, comments(readFileSync(path, 'utf8')), IN_COMMENTS))).toEqual([]);
  });

  it('are those of the names of tests', () => {
    const sources = sourceFiles(['test']).filter((path) => !path.endsWith('lexicon.test.ts'));
    expect(sources.flatMap((path) => found(path, testNames(readFileSync(path, 'utf8'))))).toEqual([]);
  });
});
