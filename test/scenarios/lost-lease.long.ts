import type { HandlerName } from '../../lib/handlers';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { MINUTE, Scene } from './harness';

it.each([1, 7])('closes a rollout that could not be closed until %i later ones had taken its lock', async (later) => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  const handlers: readonly HandlerName[] = ['restore-blue', 'safety-net', 'reconcile'];
  const broken = handlers.map((handler) => scene.logicalId(handler));
  const repair = scene.world.hooks.onBefore(({ caller, service }) => {
    if (caller.kind === 'function' && broken.includes(caller.logicalId) && service === 's3')
      throw Object.assign(new Error('Please reduce your request rate.'), { name: 'SlowDown' });
  });
  const first = await scene.rollout({ name: 'v2', load: 'ModelUnloadable' });
  expect(first.execution).toMatchObject({ status: 'FAILED', error: 'RestoreFailed' });
  expect(first.record).toMatchObject({ status: 'running' });
  await scene.world.runFor(45 * MINUTE);
  for (let nth = 1; nth <= later; nth += 1) {
    const { record } = await scene.rollout({ name: `later ${nth}` }, { strategy: 'AllAtOnce' });
    expect(record).toMatchObject({ outcome: 'promoted' });
  }
  repair();
  await scene.world.runFor(6 * MINUTE);
  expect(await scene.record(first.execution.name)).toMatchObject({ status: 'ended', outcome: 'aborted' });
  expect(scene.notices(first.execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe(`later ${later}`);
});

it('closes a rollout though a later one beside it still cannot be closed', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  const handlers: readonly HandlerName[] = ['restore-blue', 'safety-net', 'reconcile'];
  const broken = handlers.map((handler) => scene.logicalId(handler));
  const of = { still: '' };
  scene.world.hooks.onBefore(({ caller, service, input }) => {
    if (caller.kind !== 'function' || !broken.includes(caller.logicalId) || service !== 's3') return;
    if (String(input['Key']).includes(of.still)) throw Object.assign(new Error('Please wait.'), { name: 'SlowDown' });
  });
  const first = await scene.rollout({ name: 'v2', load: 'ModelUnloadable' });
  await scene.world.runFor(45 * MINUTE);
  const second = await scene.rollout({ name: 'v3', load: 'ModelUnloadable' });
  await scene.world.runFor(45 * MINUTE);
  await scene.rollout({ name: 'v4' }, { strategy: 'AllAtOnce' });
  of.still = second.execution.name;
  await scene.world.runFor(12 * MINUTE);
  expect(await scene.record(second.execution.name)).toMatchObject({ status: 'running' });
  expect(await scene.record(first.execution.name)).toMatchObject({ status: 'ended', outcome: 'aborted' });
});

it('records an execution that could leave no record when it ended, and of which no event told', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  const lost = scene.lose('aws.states');
  const repair = scene.world.hooks.onBefore(({ caller, service, command }) => {
    const restores = caller.kind === 'function' && caller.logicalId === scene.logicalId('restore-blue');
    if (restores && service === 'dynamodb' && command === 'Put')
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  });
  const { execution, record } = await scene.end(await scene.start({ endpoint: 'digits', wieght: 10 }));
  expect(execution).toMatchObject({ status: 'FAILED', error: 'RestoreFailed' });
  expect(record).toBeUndefined();
  repair();
  lost();
  await scene.world.runFor(7 * MINUTE);
  const all = [...(await scene.records()), ...(await scene.records('none'))];
  expect(all.filter(({ id }) => id === execution.name)).toMatchObject([{ status: 'ended', outcome: 'aborted' }]);
  expect(scene.notices(execution.name)).toHaveLength(1);
  await scene.world.runFor(20 * MINUTE);
  expect(scene.notices(execution.name)).toHaveLength(1);
});

it('records them though the record of one that ended beside them cannot be read', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  scene.unschedule('Reconcile');
  const lost = scene.lose('aws.states');
  const repair = scene.world.hooks.onBefore(({ caller, service, command }) => {
    const restores = caller.kind === 'function' && caller.logicalId === scene.logicalId('restore-blue');
    if (restores && service === 'dynamodb' && command === 'Put')
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  });
  const names: string[] = [];
  for (const wieght of [1, 2, 3]) names.push((await scene.end(await scene.start({ wieght }))).execution.name);
  const Item = { pk: 'ENDPOINT#none', sk: `RECORD#${names[1]}`, id: 'of another version of the app' };
  const [table = ''] = scene.world.stack.idsOf('AWS::DynamoDB::Table');
  await scene.world.run(
    scene.world.user.dynamodb.send(new PutCommand({ TableName: scene.world.stack.ref(table), Item })),
  );
  repair();
  lost();
  await scene.world.runFor(2 * MINUTE);
  expect(await scene.records()).toHaveLength(1);
  await scene.world.run(scene.world.invocations.asEvent(scene.world.stack.ref(scene.logicalId('reconcile')), {}));
  const ended = (await scene.records()).filter(({ status }) => status === 'ended').map(({ id }) => id);
  expect(ended).toEqual(expect.arrayContaining([names[0], names[2]]));
});

it('puts everything right in one pass: a dead lock, weights that a forgotten rollout left, and its record', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  scene.unschedule('Reconcile');
  const lost = scene.lose('aws.states');
  const running = await (async () => {
    const v2 = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent15Minutes' });
    return scene.started(({ input }) => input.includes(v2));
  })();
  await scene.reaches(running, 'Bake');
  await scene.stop(running);
  // Its lease is over; the next one takes the lock, and dies at once.
  await scene.world.runFor(45 * MINUTE);
  const repair = scene.world.hooks.onBefore(({ caller, command }) => {
    const restores = caller.kind === 'function' && caller.logicalId === scene.logicalId('restore-blue');
    if (restores && command === 'Delete')
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  });
  await scene.end(await scene.start({ model: 'live', force: true }));
  repair();
  lost();
  expect((await scene.alias()).weights).not.toEqual({});
  expect(await scene.lock()).toBeDefined();
  await scene.world.run(scene.world.invocations.asEvent(scene.world.stack.ref(scene.logicalId('reconcile')), {}));
  expect(await scene.lock()).toBeUndefined();
  expect(await scene.record(running.name)).toMatchObject({ status: 'ended', outcome: 'aborted' });
  expect(await scene.atRest()).toBe('v1');
});
