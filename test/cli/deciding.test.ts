import type { Execution } from '../../simulator/states/execution';
import { asking } from '../scenarios/asking';
import { MINUTE, Scene } from '../scenarios/harness';
import { greenlight, greenlightJson } from './cli-on-scene';

const SHORT = { strategy: 'Canary10Percent5Minutes' };

async function canary(state: string, nth = 1): Promise<readonly [Scene, Execution]> {
  const scene = await Scene.open();
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  scene.world.setCallTime(20);
  await scene.reaches(execution, state, nth);
  return [scene, execution];
}

describe('approve, reject and promote', () => {
  it('says what is asked, takes the answer, and refuses a second one', async () => {
    const [scene, execution] = await asking();
    const { out } = await greenlight(scene, 'status');
    expect(out).toMatch(/^digits {2}waiting for an answer/);
    expect(out).toMatch(/expires {3}\S+ UTC, in \d+ min/);
    expect(out).toContain("npx greenlight approve digits --reason '…'");
    expect((await greenlight(scene, 'explain')).out).toContain('This endpoint asks a person before it promotes.');
    const { code } = await greenlight(scene, "approve --reason 'looks right'");
    expect(code).toBe(0);
    const second = await greenlight(scene, `reject --rollout ${execution.name}`);
    expect([second.code, second.err]).toEqual([1, expect.stringContaining('AlreadyAnswered')]);
    expect((await scene.end(execution)).record).toMatchObject({ decidedBy: 'person: ada (looks right)' });
  });

  it('puts blue back by reject', async () => {
    const [scene, execution] = await asking();
    expect((await greenlight(scene, 'reject --reason no')).out).toContain('blue is being put back');
    expect((await scene.end(execution)).record).toMatchObject({ error: 'ApprovalRejected' });
    expect(await scene.atRest()).toBe('v1');
  });

  it.each([
    ["approve --reason 'tried it'", 'green goes on to users', [10, 100]],
    ["promote --reason 'tried it'", 'green goes on to users', [10, 100]],
    ['reject --reason no', 'the rollout ends, and blue stays', []],
  ] as const)('says what follows where no user has met green yet: %s', async (command, follows, weights) => {
    const [scene, execution] = await asking('before-traffic');
    const { code, out } = await greenlight(scene, command);
    expect([code, out]).toEqual([0, expect.stringContaining(`; ${follows}.`)]);
    const { record } = await scene.end(execution);
    expect(record?.state?.weights.map(({ weight }) => weight)).toEqual(weights);
  });

  it('promotes a canary at its next look, which the status then shows', async () => {
    const [scene, execution] = await canary('Bake', 3);
    const { code, out } = await greenlight(scene, "promote --reason 'good enough'");
    expect([code, out]).toEqual([0, expect.stringContaining('is promoted at its next look')]);
    expect((await greenlight(scene, 'status')).out.replaceAll(/\n +/g, ' ')).toContain(
      'ada promotes it at the next look, unless the judge says fail: good enough',
    );
    expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted' });
  });
});

describe('teardown and postpone', () => {
  async function idle(): Promise<Scene> {
    const scene = await Scene.open({ settings: { keepVersions: 1, rollbackWindowMinutes: 0 } });
    scene.unschedule('TeardownIdle');
    for (const name of ['v1', 'v2', 'v3']) await scene.rollout({ name }, { strategy: 'AllAtOnce' });
    return scene;
  }

  it('tells in a dry run what a run then deletes', async () => {
    const scene = await idle();
    const before = await scene.versions();
    const dry = await greenlightJson<readonly { deleted: readonly string[] }[]>(scene, 'teardown --dry-run');
    expect(await scene.versions()).toEqual(before);
    const { code, out } = await greenlight(scene, 'teardown digits');
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(`delete      versions ${dry.result[0]!.deleted.join(', ')}`),
    ]);
    expect(await scene.versions()).toEqual(before.filter((version) => !dry.result[0]!.deleted.includes(version)));
  });

  it('keeps everything for as long as a person says, and no longer when that is lifted', async () => {
    const scene = await idle();
    const before = await scene.versions();
    const { out } = await greenlight(scene, 'postpone --hours 48 --reason audit');
    expect(out).toMatch(/^digits: postponed until 2026-11-25T\S+: audit\n$/);
    expect((await greenlight(scene, 'teardown')).out).toMatch(/^digits: postponed until/);
    expect(await scene.versions()).toEqual(before);
    expect((await greenlight(scene, 'status')).out).toMatch(
      /teardown {2}postponed until 2026-11-25 \d\d:\d\d UTC: audit/,
    );
    expect((await greenlight(scene, 'postpone --lift')).out).toContain('postponed no longer');
    await scene.world.runFor(MINUTE);
    await greenlight(scene, 'teardown');
    expect((await scene.versions()).length).toBeLessThan(before.length);
  });

  it("passes on the teardown's own refusal", async () => {
    const scene = await idle();
    const { code, err } = await greenlight(scene, 'postpone --until 2026-11-20T08:00:00Z');
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/TeardownFailed: .*InvalidInput: postponeUntil: must be after/),
    ]);
  });
});
