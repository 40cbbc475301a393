import { cloudwatchWorld, config, MINUTE, repeat, START_MS } from './cloudwatch-world';

type World = ReturnType<typeof cloudwatchWorld>;

const query = (versions: readonly string[], more: object = {}) => ({
  ...{ config: config(), versions, measures: [] },
  ...{ fromMs: START_MS, untilMs: START_MS + 10 * MINUTE, periodSeconds: 60 },
  ...more,
});

async function read(world: World, ...asked: Parameters<typeof query>) {
  await world.clock.advance(30 * MINUTE);
  const found = await world.traffic.readTraffic(query(...asked));
  if (found === 'unavailable') throw new Error('unavailable');
  return found;
}

it('tells of each version its requests, failures of every kind and percentiles of warm requests', async () => {
  const world = cloudwatchWorld();
  world.requests('7', 0, repeat(100, 20));
  world.model('7', 0, { good: 100 });
  world.requests('8', 0, [...repeat(8, 30), ...repeat(2, 500)], 1, repeat(8, 30));
  world.model('8', 0, { good: 7, bad: 2 });
  const found = await read(world, ['7', '8']);
  expect(found.get('7')).toMatchObject([{ at: START_MS, requests: 100, failures: 0, p50: 20, p99: 20 }]);
  expect(found.get('8')).toMatchObject([{ at: START_MS, requests: 10, failures: 3, p50: 30, p99: 30 }]);
});

it('has no period without requests, and no duration where nothing was timed', async () => {
  const world = cloudwatchWorld();
  world.requests('7', 3, repeat(5, 20), 5, []);
  const found = await read(world, ['7', '8']);
  expect(found.get('7')).toMatchObject([{ at: START_MS + 3 * MINUTE, requests: 5, failures: 5, p50: null }]);
  expect(found.get('8')).toEqual([]);
});

it('adds minutes up where the period is longer', async () => {
  const world = cloudwatchWorld();
  for (const minute of [0, 1, 2, 3, 4]) world.requests('7', minute, repeat(10, 20));
  const found = await read(world, ['7', '8'], { periodSeconds: 300 });
  expect(found.get('7')).toMatchObject([{ at: START_MS, requests: 50 }]);
});

it('reads a version that is alone from the alias, where Lambda keeps no series of its own', async () => {
  const world = cloudwatchWorld();
  world.requests(undefined, 0, repeat(10, 20));
  expect((await read(world, ['7'])).get('7')).toMatchObject([{ requests: 10, p50: 20 }]);
  // Beside another version it would be both versions' requests.
  expect((await read(world, ['7', '8'])).get('7')).toEqual([]);
});

it('tells nothing rather than a part', async () => {
  const world = cloudwatchWorld();
  world.requests('7', 0, repeat(10, 20));
  world.requests('7', 1, repeat(10, 20));
  world.service.faults = { partial: () => true };
  await world.clock.advance(30 * MINUTE);
  expect(await world.traffic.readTraffic(query(['7']))).toBe('unavailable');
});

it('tells how long the requests of a version that is alone kept its environments, of either series', async () => {
  const [own, alias] = [cloudwatchWorld(), cloudwatchWorld()];
  own.requests('7', 1, [20, 40, 600]);
  alias.requests(undefined, 1, [20, 40, 600]);
  for (const world of [own, alias]) {
    await world.clock.advance(30 * MINUTE);
    const between = { fromMs: START_MS, untilMs: START_MS + 10 * MINUTE };
    expect(await world.evidence.fetchTimeTaken(config(), '7', between)).toEqual([
      { atMs: START_MS + MINUTE, ms: 660, requests: 3 },
    ]);
  }
});
