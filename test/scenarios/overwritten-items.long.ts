import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { settingsKey } from '../../lambdas/adapters/dynamodb/settings';
import { endpointKey } from '../../lambdas/adapters/dynamodb/table';
import { NO_ENDPOINT } from '../../lambdas/contract/names';
import type { Execution } from '../../simulator/states/execution';
import { asking } from './asking';
import { ENDPOINT, MINUTE, Scene } from './harness';

const AT_ONCE = { strategy: 'AllAtOnce' };
const CANARY = { strategy: 'Canary10Percent5Minutes' };
const ODD = { note: 'put by hand' };

const put = (scene: Scene, key: object, attributes: object) =>
  scene.world.run(
    scene.world.user.dynamodb.send(
      new PutCommand({ TableName: scene.environment['GREENLIGHT_TABLE'], Item: { ...key, ...attributes } }),
    ),
  );

async function bad(scene: Scene, state: string, metadata: Readonly<Record<string, string>>): Promise<Execution> {
  const versionId = await scene.upload({ name: 'bad', errorRate: 0.6 }, metadata);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  return execution;
}

const SPOILED = [
  ['overwritten', ODD],
  ['deleted', undefined],
] as const;

async function spoil(scene: Scene, Key: ReturnType<typeof endpointKey>, odd: object | undefined): Promise<void> {
  if (odd) return void (await put(scene, Key, odd));
  const TableName = scene.environment['GREENLIGHT_TABLE'];
  await scene.world.run(scene.world.user.dynamodb.send(new DeleteCommand({ TableName, Key })));
}

const ITEMS = [
  ['LIVE', ODD],
  ['LIVE', { writes: '?', periods: [] }],
  ['LOCK', ODD],
  ['LOCK', { owner: 'Ada', leaseUntil: 'zzz', traffic: 'moved' }],
  ['WAITING', ODD],
  ['STARTED', ODD],
  ['RECORD', ODD],
  ['ROLLOUT', ODD],
  ['TURN', ODD],
  ['AVAILABILITY', ODD],
] as const;
const MOMENTS = [
  ['Watch', AT_ONCE, 'judged'],
  ['Watch', AT_ONCE, 'stopped'],
  ['Bake', CANARY, 'judged'],
] as const;

describe('an item that a person has overwritten by what cannot be read', () => {
  it.each(ITEMS.flatMap((item) => MOMENTS.map((moment) => [...item, ...moment] as const)))(
    '%s, now %j: in %s with %j, a bad green that is %s goes, and the next upload is rolled out',
    async (kind, odd, state, metadata, how) => {
      const scene = await Scene.open();
      await scene.serve();
      const execution = await bad(scene, state, metadata);
      const { startedAt = '' } = (await scene.record(execution.name)) ?? {};
      const sorts: Readonly<Partial<Record<typeof kind, string>>> = {
        RECORD: `RECORD#${execution.name}`,
        ROLLOUT: `ROLLOUT#${startedAt}#${execution.name}`,
        TURN: 'TURN#0001',
      };
      await put(scene, endpointKey(kind === 'TURN' ? NO_ENDPOINT : ENDPOINT, sorts[kind] ?? kind), odd);
      if (how === 'stopped') await scene.stop(execution);
      await scene.end(execution);
      await scene.world.runFor(MINUTE);
      expect(await scene.atRest()).toBe('v1');
      expect(scene.notices(execution.name).at(-1)?.message).toContain('version 3');
      const next = await scene.rollout({ name: 'v3' }, AT_ONCE);
      expect(next.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '4' });
      await scene.world.runFor(6 * MINUTE);
      expect((await scene.livePeriods()).map(({ version }) => version).slice(0, 2)).toEqual(['4', '2']);
      expect(scene.world.invocations.deadLetters).toEqual([]);
    },
  );

  it.each(SPOILED)('settings that were %s while a person is asked leave the canary watched', async (_, odd) => {
    const [scene, execution] = await asking();
    await spoil(scene, settingsKey(ENDPOINT), odd);
    scene.turn('v2', { errorRate: 0.6 });
    await scene.world.runFor(12 * MINUTE);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed' });
    expect(await scene.atRest()).toBe('v1');
  });

  it.each(SPOILED)('a question that was %s leaves its canary watched: a bad one is stopped', async (_, odd) => {
    const [scene, execution] = await asking();
    await spoil(scene, endpointKey(ENDPOINT, `APPROVAL#${execution.name}`), odd);
    await scene.world.runFor(12 * MINUTE);
    expect(execution.status).toBe('RUNNING');
    scene.turn('v2', { errorRate: 0.6 });
    await scene.world.runFor(12 * MINUTE);
    expect(execution).toMatchObject({ status: 'ABORTED', error: 'CanaryRegressed' });
    expect(await scene.atRest()).toBe('v1');
    const ended = { outcome: 'aborted', error: 'CanaryRegressed', decidedBy: 'judge' };
    expect(await scene.record(execution.name)).toMatchObject(ended);
    expect(scene.world.invocations.deadLetters).toEqual([]);
  });

  it.each(SPOILED)('settings that were %s do not keep users on green when the rollout is stopped', async (_, odd) => {
    const scene = await Scene.open();
    await scene.serve();
    const execution = await bad(scene, 'Watch', AT_ONCE);
    await spoil(scene, settingsKey(ENDPOINT), odd);
    await scene.stop(execution);
    await scene.world.runFor(MINUTE);
    expect(await scene.atRest()).toBe('v1');
    expect(scene.notices(execution.name).at(-1)?.message).toContain('version 3');
  });
});
