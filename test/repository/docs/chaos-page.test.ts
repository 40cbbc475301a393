import { MUTANTS } from '../../../lab/chaos/mutants/all';
import { FAULT_KINDS } from '../../../lab/chaos/plan/plan';
import { page } from './markdown-files';

const PAGE = page('docs/explanation/chaos.md');
const section = (heading: string) => PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
const firstCells = (text: string) => [...text.matchAll(/^\| ([^|]+?) +\|/gm)].map(([, cell = '']) => cell);

it('says of each kind of fault what happens', () => {
  // "event lost, doubled, late" is three kinds in one row.
  const named = firstCells(section('What fails')).flatMap((cell) => {
    const [first = '', ...others] = cell.split(', ');
    return [first, ...others.map((other) => `${first.split(' ')[0]} ${other}`)];
  });
  expect(named).toEqual(expect.arrayContaining([...FAULT_KINDS]));
});

it('names each broken variant with what is broken about it', () => {
  const text = section('Is the search any good?');
  for (const { name, breaks } of MUTANTS) expect(text).toMatch(new RegExp(`\\| ${name} +\\| ${breaks} +\\|`));
  expect(text).toContain(`${MUTANTS.length} deliberately broken apps`);
});

it('shows times for known kinds of faults alone', () => {
  const kinds = firstCells(section('Time to safety')).slice(2);
  const known: readonly string[] = [...FAULT_KINDS, 'rollback', 'no fault'];
  expect(kinds.length).toBeGreaterThan(10);
  expect(kinds.filter((kind) => !known.includes(kind) && !kind.startsWith('green: '))).toEqual([]);
});
