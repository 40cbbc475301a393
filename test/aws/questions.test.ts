import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askEngine } from './bench/engine-bench';
import { otherWorlds } from './other-worlds';
import { questions } from './questions/all';

const PROJECT = join(__dirname, '..', '..');

/** What the engine cannot be asked, because it has no such service or no call can ask it. */
const NOT_IN_THE_ENGINE = [
  'C6',
  'C13',
  'D2',
  'D11',
  'F4',
  'F8',
  'F12',
  'F17',
  'L14-extension',
  'L14-first',
  'L14-load',
  'L23-quantised',
  'L16',
  'L23',
  'L25',
  'P5',
  'S1',
];

describe('the open questions about AWS', () => {
  it.each(questions)('$id says what is assumed and which files build on it', (one) => {
    expect(one.id).toMatch(/^[CDFLPS]\d+(-[a-z]+)?$/);
    expect(one.question).toMatch(/\?$/);
    expect(one.assumption.length).toBeGreaterThan(10);
    expect(one.buildsOn.length).toBeGreaterThan(0);
    expect(one.buildsOn.filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
  });

  it('have ids of their own, and the page for users tells each as it is asked', () => {
    const ids = questions.map(({ id }) => id);
    const page = readFileSync(join(PROJECT, 'docs', 'guides', 'aws-test.md'), 'utf8');
    const rows = [...page.matchAll(/^\| [CDFLPS]\d.*$/gm)].map(([row]) => row.split('|').map((cell) => cell.trim()));
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      rows.map(([, id, question, assumption]) => ({
        id,
        question,
        assumption,
      })),
    ).toEqual(
      questions.map(({ id, question, assumption }) => ({
        id,
        question,
        assumption,
      })),
    );
  });

  const askable = questions.filter(({ id }) => !NOT_IN_THE_ENGINE.includes(id));
  const others = questions.filter(({ id }) => NOT_IN_THE_ENGINE.includes(id));

  it.each(askable)('$id: the embedded engine behaves as assumed', async (one) => {
    const { answer } = await askEngine(one);
    expect(answer).toMatchObject({ verdict: 'agrees' });
  });

  it.each(askable)('$id: a world that is otherwise is found out', async (one) => {
    const { answer } = await askEngine(one, otherWorlds[one.id]);
    expect(answer).toMatchObject({ verdict: 'differs' });
  });

  it.each(others)('$id says why the embedded engine cannot answer it', async (one) => {
    const { answer, failed } = await askEngine(one);
    expect({ failed, verdict: answer.verdict }).toEqual({
      failed: false,
      verdict: 'not askable here',
    });
  });
});
