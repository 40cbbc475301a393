import { parseBundleArguments } from '../../../lab/bench/bundles/arguments';
import { ArgumentsInvalid } from '../../../tools/arguments-invalid';
import type { BundleRow } from '../../../lab/bench/bundles/measure';
import { bundlesPage } from '../../../lab/bench/bundles/page';
import { tableRows } from '../../repository/docs/markdown-files';

describe('npm run bench:bundles', () => {
  it('has defaults and help', () => {
    expect(parseBundleArguments([])).toEqual({ rounds: 9, out: 'out/bench/bundles.md' });
    expect(parseBundleArguments(['--help'])).toBe('help');
  });

  it.each([
    ['--rounds', '0', '--rounds 0: must be a whole number from 1 to 100'],
    ['--rounds', '1e1', '--rounds 1e1: must be a whole number from 1 to 100'],
    ['--round', '3', "Unknown option '--round'"],
  ])('refuses %s %s by name', (option, value, message) => {
    expect(() => parseBundleArguments([option, value])).toThrow(ArgumentsInvalid);
    expect(() => parseBundleArguments([option, value])).toThrow(message);
  });
});

it('writes medians with what lies around them, and says where nothing could be run', () => {
  const row = { entryBytes: 439_461, allBytes: 439_461, elapsed: [1, 2, 6], processor: [3, 4] };
  const server = { name: 'model-server', platform: 'arm64', entryBytes: 6e5, allBytes: 26_225_932 } as const;
  const rows: BundleRow[] = [
    { name: 'shift-traffic', platform: 'any', ...row },
    { ...server, elapsed: [], processor: [] },
  ];
  expect(tableRows(bundlesPage(rows, 3))).toEqual([
    ['shift-traffic', '439', 'the same', '2.00', '1.00 to 6.00', '3.50'],
    ['model-server (arm64)', '600', '26.2 MB', 'not run', '', 'not run'],
  ]);
});
