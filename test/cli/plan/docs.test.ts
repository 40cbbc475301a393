import type { Plan } from '../../../cli/plan/plan';
import { HELP } from '../../../cli/plan/arguments';
import { page, tableRows } from '../../repository/docs/markdown-files';

const PATH = 'docs/guides/plan.md';
describe('the page about plans', () => {
  it('has a row for every key of the JSON', () => {
    const keys: readonly (keyof Plan)[] = [
      ...(['endpoint', 'strategy', 'traffic', 'simulated', 'rolloutMinutes', 'extendMinutes', 'withoutProof'] as const),
      ...(['notCounted', 'steps', 'smallestFound', 'expectedStops', 'goodGreen', 'replay', 'bakeForProof'] as const),
      ...(['notTried', 'notExcluded', 'watch', 'suggestion', 'cost'] as const),
    ];
    const [, after = ''] = page(PATH).split('\n## The JSON\n');
    expect(tableRows(after).map(([key]) => key)).toEqual(keys);
  });

  it('names only options that the help has', () => {
    const options = [...new Set(page(PATH).match(/--[a-z][a-z-]+/g))];
    expect(options.filter((option) => !HELP.includes(option))).toEqual([]);
  });
});
