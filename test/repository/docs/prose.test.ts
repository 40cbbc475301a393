import { markdownFiles, page } from './markdown-files';

const MOST_WORDS = 30;
const README_LINES = 220;

/** Sentences of the running text and of lists: no code, tables, headings. The target of a link is no word. */
const sentences = (text: string): readonly string[] =>
  text
    .replace(/<!--[\s\S]*?-->|```[\s\S]*?```/g, '\n\n')
    .replace(/^(\||#|>? *<).*$/gm, '')
    .replace(/\]\([^)]*\)/g, ']')
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )/)
    .flatMap((paragraph) => paragraph.split(/(?<=[.!?])["*_)]*\s+/))
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim());

describe('guides and the README', () => {
  const guides = markdownFiles().filter(({ path }) => path.startsWith('docs/guides/') || path === 'README.md');

  it(`have no sentence of more than ${MOST_WORDS} words`, () => {
    const long = guides.flatMap(({ path, text }) =>
      sentences(text)
        .filter((sentence) => sentence.split(' ').length > MOST_WORDS)
        .map((sentence) => `${path}: ${sentence}`),
    );
    expect(guides.length).toBeGreaterThan(10);
    expect(long).toEqual([]);
  });

  it('are told apart from what is long', () => {
    expect(sentences('One two. Three [four](five six).\n\n- seven')).toEqual(['One two.', 'Three [four].', '- seven']);
  });
});

it(`the README has ${README_LINES} lines at most, and says in the first third that nothing ran in AWS`, () => {
  const lines = page('README.md').split('\n');
  expect(lines.length).toBeLessThanOrEqual(README_LINES);
  expect(lines.findIndex((line) => line.includes('It has not run in AWS'))).toBeLessThan(lines.length / 3);
});
