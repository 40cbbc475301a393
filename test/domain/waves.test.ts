import {
  type InWave,
  NO_WAVE,
  resumed,
  stoppedBy,
  type Wave,
  waveInWords,
  withEnd,
  withRollout,
} from '../../lambdas/domain/waves';

const one = (endpoint: string, nth = 1): InWave => ({
  ...{ owner: `arn:${endpoint}-${nth}`, rolloutId: `${endpoint}-${nth}`, endpoint, since: '2026-11-23T09:00:00.000Z' },
});
/** Lets as many begin as may, of endpoints numbered from how many have begun before. */
function begin(wave: Wave, sizes: readonly number[]): Wave {
  for (let now = wave; ;) {
    const next = withRollout(now, one(`m${now.ended + now.running.length + now.failed.length}`), sizes);
    if (next === undefined) return now;
    now = next;
  }
}
const allEnd = (wave: Wave) => wave.running.reduce((now, { rolloutId }) => withEnd(now, rolloutId, 'well'), wave);

it('grows from 1 to 5 to 20, and stays at the last size', () => {
  const begun: number[] = [];
  for (let wave: Wave = NO_WAVE; begun.length < 5; wave = allEnd(wave)) {
    wave = begin(wave, [1, 5, 20]);
    begun.push(wave.running.length);
  }
  expect(begun).toEqual([1, 5, 20, 20, 20]);
});

it.each([
  ['by default', [1, 5, 20], 52],
  ['with larger ones', [1, 5, 20, 100], 13],
])('comes to a thousand endpoints in as many waves as the guide says, %s', (_, sizes, waves) => {
  let wave: Wave = NO_WAVE;
  let begun = 0;
  for (; wave.ended < 1000; begun += 1) wave = allEnd(begin(wave, sizes));
  expect(begun).toBe(waves);
});

it('begins the next wave only when the last of the one before has ended well', () => {
  const second = begin(allEnd(begin(NO_WAVE, [1, 5, 20])), [1, 5, 20]);
  const four = second.running.slice(0, 4).reduce((now, { rolloutId }) => withEnd(now, rolloutId, 'well'), second);
  expect(begin(four, [1, 5, 20]).running).toHaveLength(1);
  expect(begin(allEnd(four), [1, 5, 20]).running).toHaveLength(20);
});

it('asked twice a rollout begins once, and its end counts once', () => {
  const wave = withRollout(withRollout(NO_WAVE, one('a'), [5])!, one('a'), [5])!;
  expect(wave.running).toHaveLength(1);
  const ended = withEnd(wave, 'a-1', 'well');
  expect(withEnd(ended, 'a-1', 'well')).toEqual({ ended: 1, running: [], failed: [] });
});

it('lets the endpoint that failed try again, and the others go on when that ends well', () => {
  const failed = withEnd(withRollout(NO_WAVE, one('a'), [1])!, 'a-1', { error: 'GreenUnhealthy' });
  expect(withRollout(failed, one('b'), [1])).toBeUndefined();
  const again = withRollout(failed, one('a', 2), [1])!;
  expect(stoppedBy(again)).toHaveLength(1);
  expect(stoppedBy(withEnd(again, 'a-2', { error: 'Stopped' }))).toMatchObject([{ rolloutId: 'a-2' }]);
  const repaired = withEnd(again, 'a-2', 'well');
  expect(repaired).toEqual({ ended: 1, running: [], failed: [] });
  expect(withRollout(repaired, one('b'), [1])).toBeDefined();
});

it('after a resume the same endpoint stops nothing when it fails again, and another one does', () => {
  const failed = withEnd(withRollout(NO_WAVE, one('a'), [2])!, 'a-1', { error: 'Stopped' });
  const both = ['a', 'b'].reduce(
    (now, name) => withRollout(now, one(name, 2), [2])!,
    resumed(failed, stoppedBy(failed)),
  );
  const again = withEnd(both, 'a-2', { error: 'Stopped' });
  expect(stoppedBy(again)).toEqual([]);
  expect(stoppedBy(withEnd(again, 'b-2', { error: 'Stopped' }))).toMatchObject([{ endpoint: 'b' }]);
});

it('says nothing of the code where an endpoint was taken away', () => {
  const wave = withRollout(NO_WAVE, one('a'), [1])!;
  expect(withEnd(wave, 'a-1', 'says nothing')).toEqual(NO_WAVE);
});

it('says which endpoints run, and how many ended well where none does', () => {
  const two = begin(NO_WAVE, [2]);
  expect(waveInWords(two)).toBe('waits for its wave: 0 endpoints of the deploy ended well, 2 run (m0, m1)');
  expect(waveInWords(allEnd(two))).toBe('waits for its wave: 2 endpoints of the deploy ended well, 0 run');
});
