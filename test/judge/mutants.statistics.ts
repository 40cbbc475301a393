import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { MUTANTS } from './mutants/mutants';

/** In a process of its own: a test runner looks up `Math` slowly, and esbuild minds its globals. */
const tsx = require.resolve('tsx/cli');
const results = JSON.parse(
  execFileSync(process.execPath, [tsx, join(__dirname, 'mutants/run.ts')], { encoding: 'utf8', timeout: 280_000 }),
) as Record<string, string>;

it('finds nothing to object to in the judge as it is', () => {
  expect(results['the judge as it is']).toBe('nothing');
});

it.each(MUTANTS.map(({ what }) => [what]))('notices when %s', (what) => {
  expect(results[what]).not.toBe('nothing');
  expect(results[what]).not.toMatch(/^not tried/);
});
