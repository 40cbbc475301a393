import { aimsOf, isMet } from '../../../lab/bench/scale/aims';
import { parseScaleArguments } from '../../../lab/bench/scale/arguments';
import { scalePage } from '../../../lab/bench/scale/page';
import type { AtRest } from '../../../lab/bench/scale/runs/at-rest';
import type { Rollouts } from '../../../lab/bench/scale/runs/rollouts';
import { endpointName, endpointOf, teamTemplates } from '../../../lab/bench/scale/world/teams';
import { ENDPOINTS_A_STACK } from '../../../tools/scale/synth-sizes';

const shared = { uses: new Map(), broken: [], failedRequests: 0 };
const atRest: AtRest = {
  ...{ ...shared, endpoints: 1_000, idleVersions: 3_000, controlPlanePerSecond: 4, runsPerDay: 1 },
  ...{ reconciledSeconds: 300, tornDownSeconds: 3_600 },
};
const rollouts = (more: Partial<Rollouts>): Rollouts => ({
  ...{ ...shared, atOnce: 100, kind: 'bad', medianMinutes: 5, lastMinutes: 6 },
  restored: { median: 60, last: 120 },
  ...more,
});
const outage = rollouts({ kind: 'outage', restored: { median: 60, last: 300 } });
const missed = (...measured: Parameters<typeof aimsOf>): readonly string[] =>
  aimsOf(...measured)
    .filter((aim) => !isMet(aim))
    .map(({ what }) => what);

it('reaches what is just in time, and what more than 100 at once take is told alone', () => {
  const slow = rollouts({ atOnce: 400, restored: { median: 60, last: 500 } });
  expect(missed({ atRest: [atRest], rollouts: [rollouts({}), slow, outage] })).toEqual([]);
});

it.each([
  ['blue that is late', { rollouts: [rollouts({ restored: { median: 60, last: 121 } }), outage] }],
  ['a broken promise', { rollouts: [rollouts({ broken: ['1 rollouts still run'] }), outage] }],
  ['a request that failed', { rollouts: [rollouts({ failedRequests: 1 }), outage] }],
  [
    'blue that is late after an outage',
    { rollouts: [rollouts({}), { ...outage, restored: { median: 1, last: 301 } }] },
  ],
  ['a pass that is late', { atRest: [{ ...atRest, reconciledSeconds: 301 }] }],
  ['a pass that left an endpoint out', { atRest: [{ ...atRest, reconciledSeconds: NaN }] }],
  ['a teardown that is late', { atRest: [{ ...atRest, tornDownSeconds: 3_601 }] }],
  ['blue that never came back', { rollouts: [rollouts({ restored: { median: 60, last: Infinity } }), outage] }],
])('misses an aim for %s', (_, changed) => {
  expect(missed({ atRest: [atRest], rollouts: [rollouts({}), outage], ...changed })).toHaveLength(1);
});

it('misses what was not measured', () => {
  expect(missed({ atRest: [], rollouts: [] })).toHaveLength(4);
});

it('writes dollars for each size, and says what was missed', () => {
  const page = scalePage({ atRest: [{ ...atRest, tornDownSeconds: 3_601 }], rollouts: [rollouts({}), outage] });
  expect(page).toContain('| 3,601 s | 3,600 s | **missed** |');
  // Two minutes after it had settled, three after its beginning.
  expect(page).toContain('it is three minutes more: 300 s until the last of 100 is back.');
  expect(page).toMatch(/\| CloudWatch, custom metrics of live versions \| \d+\.\d\d \|/);
});

it.each(['0', '1e3', '2000000', 'x'])('refuses seed %s, and names the limit', (seed) => {
  expect(() => parseScaleArguments(['--seed', seed])).toThrow(
    `--seed ${seed}: must be a whole number from 1 to 1000000`,
  );
});

it('finds the endpoint of each function, beyond the tenth team too', () => {
  const endpoints = 10 * ENDPOINTS_A_STACK + 1;
  const functions = teamTemplates(endpoints).flatMap(([, { Resources }]) =>
    Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function'),
  );
  expect(functions.map(([id]) => endpointOf(id))).toEqual(
    Array.from({ length: endpoints }, (_, index) => endpointName(index)),
  );
  for (const [id, { Properties }] of functions)
    expect(Properties?.Environment).toMatchObject({ Variables: { GREENLIGHT_ENDPOINT: endpointOf(id) } });
});
