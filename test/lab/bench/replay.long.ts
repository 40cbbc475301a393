import { measureReplay } from '../../../lab/bench/replay/measure';

it('asks 1,400 pairs of a model of 20 ms within a minute and half a cent, and ends in 60 states', async () => {
  const found = await measureReplay({ pairs: 1400, modelMs: 20, concurrency: 1000 });
  expect(found).toMatchObject({ verdict: 'proven', outcome: 'promoted' });
  expect(found.asked).toBeGreaterThan(1300);
  expect(found.seconds).toBeLessThanOrEqual(60);
  // Each pair costs something.
  expect(found.replayUsd).toBeGreaterThan(0.001);
  expect(found.replayUsd).toBeLessThanOrEqual(0.005);
  expect(found.usd).toBeLessThanOrEqual(0.015);
  expect(found.transitions).toBeLessThanOrEqual(60);
});
