import { readFileSync } from 'node:fs';
import { sourceFiles } from './source-files';

/** The module that writes numbers, and what is no number for people: JSON, digits of a float, metric names. */
const MAY = [
  'lambdas/domain/numbers.ts',
  'lambdas/adapters/lambda/aliases.ts',
  'lambdas/adapters/cloudwatch/baseline-measures.ts',
];

it('writes percentages, milliseconds and thousands in one module', () => {
  const own = sourceFiles(['lambdas', 'cli'])
    .filter((file) => !MAY.includes(file))
    .filter((file) =>
      /toLocaleString\(|\* 100\)\.to(Fixed|Precision)|to(Fixed|Precision)\(\d\)\} (%|ms\b)/.test(
        readFileSync(file, 'utf8'),
      ),
    );
  expect(own).toEqual([]);
});
