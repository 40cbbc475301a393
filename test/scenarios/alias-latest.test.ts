import { Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const MINUTE = 60_000;

/** A person has pointed the live alias at `$LATEST`, by hand. */
async function unpublished(): Promise<Scene> {
  const scene = await Scene.open();
  await scene.serve();
  await scene.moveAlias('$LATEST');
  return scene;
}

describe('a live alias that a person pointed at $LATEST', () => {
  it('is told once, within a period, as what it is', async () => {
    const scene = await unpublished();
    await scene.world.runFor(20 * MINUTE);
    const told = scene.notices('$LATEST');
    expect(told.map(({ subject }) => subject)).toEqual([
      'Action needed: digits: the live alias says $LATEST, which is no published version',
    ]);
    expect(told[0]?.message).toMatch(/npx greenlight rollback digits[^]*reaches all users at once/);
    expect(scene.world.services.sns.messages.filter(({ subject = '' }) => /Reconcile/.test(subject))).toEqual([]);
  });

  it.each([
    ['an upload', (scene: Scene) => scene.rollout({ name: 'v2' }, SHORT)],
    ['a drill', async (scene: Scene) => scene.end(await scene.start({ action: 'drill', reason: 'quarterly' }))],
    ['a dry run', async (scene: Scene) => scene.end(await scene.start({ model: 'live', force: true, dryRun: true }))],
  ])('lets %s not begin, which would give green to all users unjudged', async (_, begin) => {
    const scene = await unpublished();
    await scene.change({ drill: true });
    const { record } = await begin(scene);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'LiveAliasMoved' });
    expect(record?.cause).toMatch(/\$LATEST.*npx greenlight rollback digits/);
    expect(await scene.answeredBy()).toBe('v1');
    expect(await scene.lock()).toBeUndefined();
  });

  it.each([0, 60])(
    'goes back to the version before by a rollback %i minutes later, and the next upload is judged',
    async (minutes) => {
      const scene = await unpublished();
      await scene.change({ rollbackWindowMinutes: 10, watchMinutes: 5 });
      await scene.world.runFor(minutes * MINUTE);
      const { record } = await scene.end(await scene.start({ action: 'rollback', reason: 'no version' }));
      expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
      expect(await scene.atRest()).toBe('v1');
      expect((await scene.rollout({ name: 'v2' }, SHORT)).record).toMatchObject({ outcome: 'promoted' });
    },
  );
});
