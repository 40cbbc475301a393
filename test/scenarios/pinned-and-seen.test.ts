import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { goldenSet } from '../../simulator/fake-model';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const GOLDEN = 'golden/digits.json';

describe("a person's hand on the live alias", () => {
  it.each([
    ['Bake', '2', { 3: 0.104 }],
    ['Bake', '2', { 3: 0.1 }],
    ['Watch', '3', {}],
  ] as const)(
    'is seen at the next look in %s, although the alias says version %s with %j',
    async (state, version, weights) => {
      const scene = await Scene.open();
      scene.unschedule('Reconcile', 'TeardownIdle');
      await scene.serve();
      const versionId = await scene.upload({ name: 'v2' }, SHORT);
      const execution = await scene.started(({ input }) => input.includes(versionId));
      await scene.reaches(execution, state);
      const moved = scene.now;
      // Away, and back or nearly so, between two looks.
      await scene.moveAlias('1');
      await scene.moveAlias(version, weights);
      const { record } = await scene.end(execution);
      expect(execution).toMatchObject({ status: 'FAILED', error: 'LiveAliasMoved' });
      expect(execution.stoppedAt! - moved).toBeLessThan(5 * MINUTE);
      expect(record).toMatchObject({ error: 'LiveAliasMoved', outcome: state === 'Bake' ? 'aborted' : 'not-restored' });
      expect((await scene.alias()).version).toBe(version);
    },
  );
});

describe('the golden set', () => {
  const open = async (): Promise<Scene> => {
    const scene = await Scene.open({
      template: templateOf({ name: ENDPOINT, goldenSet: { key: GOLDEN, minAccuracy: 0.9 } }),
    });
    await scene.world.run(scene.app.put(GOLDEN, JSON.stringify(goldenSet(20))));
    await scene.serve();
    return scene;
  };
  const during = async (scene: Scene, change: () => Promise<unknown>) => {
    const versionId = await scene.upload({ name: 'v2' }, { strategy: 'AllAtOnce' });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'DeployGreen');
    await change();
    return scene.end(execution);
  };

  it('is the one that was there when the rollout began, and the record names it', async () => {
    const scene = await open();
    const other = { ...goldenSet(20), labels: new Array<number>(20).fill(7) };
    const { record } = await during(scene, () => scene.world.run(scene.app.put(GOLDEN, JSON.stringify(other))));
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(record?.state?.goldenSet).toMatchObject({ bucket: scene.app.bucket, key: GOLDEN });
    const { versionId, sha256 } = record!.state!.goldenSet!;
    const page = await scene.world.run(scene.app.readText(`rollouts/digits/${record?.id}/report.html`));
    for (const part of [versionId, sha256]) expect(page).toContain(part);
    const next = await scene.rollout({ name: 'v3' }, { strategy: 'AllAtOnce' });
    expect(next.record).toMatchObject({ outcome: 'rejected', error: 'ModelRejected' });
    expect(next.record?.state?.goldenSet?.versionId).not.toBe(versionId);
  });

  it('may be deleted meanwhile', async () => {
    const scene = await open();
    const gone = new DeleteObjectCommand({ Bucket: scene.app.bucket, Key: GOLDEN });
    const { record } = await during(scene, () => scene.world.run(scene.world.user.s3.send(gone)));
    expect(record).toMatchObject({ outcome: 'promoted' });
  });

  it('is told as what was deleted, and no permission is asked for, where its version goes too', async () => {
    const scene = await open();
    const [golden] = (await scene.records()).map(({ state }) => state?.goldenSet);
    const gone = new DeleteObjectCommand({ Bucket: scene.app.bucket, Key: GOLDEN, VersionId: golden?.versionId });
    const { execution } = await during(scene, () => scene.world.run(scene.world.user.s3.send(gone)));
    expect(execution).toMatchObject({ error: 'GoldenSetInvalid' });
    expect(execution.cause).toContain(`version ${golden?.versionId} of s3://${scene.app.bucket}/${GOLDEN}`);
    expect(execution.cause).toContain('which this rollout began with, was deleted; start it again');
  });
});
