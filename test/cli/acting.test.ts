import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Execution } from '../../local/engine/states/execution';
import { bytesOf } from '../scenarios/fake-model';
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

/** A file of a model, as a person has it. */
function fileOf(name: string, model: object = {}): string {
  const file = join(mkdtempSync(join(tmpdir(), 'greenlight-')), `${name}.onnx`);
  writeFileSync(file, bytesOf({ name, ...model }));
  return file;
}

describe('abort', () => {
  it.each(['DeployGreen', 'Bake', 'Watch'])(
    'in %s waits until blue alone is in service, and says so',
    async (state) => {
      const [scene, execution] = await canary(state);
      const { code, out, err } = await greenlight(scene, "abort digits --reason 'the wrong model' --by Ada");
      expect([code, err]).toEqual([0, 'Stopping the rollout, and waiting until blue is back …\n']);
      expect(out).toMatch(/In service: version 2\. Safe after \d+ s\.\n$/);
      expect(await scene.atRest()).toBe('v1');
      expect(await scene.record(execution.name)).toMatchObject({
        outcome: state === 'Watch' ? 'reverted' : 'aborted',
        error: 'AbortedByPerson',
        cause: 'Ada aborted it: the wrong model',
        decidedBy: 'person: Ada aborted it: the wrong model',
      });
    },
  );

  it('waits for the reconciler when the event of the stop is lost', async () => {
    const [scene, execution] = await canary('Bake');
    scene.lose('aws.states');
    const { result } = await greenlightJson<{ seconds: number }>(scene, 'abort --reason x');
    expect(result.seconds).toBeGreaterThan(10);
    expect(result.seconds).toBeLessThanOrEqual(330);
    expect(execution.status).toBe('ABORTED');
    expect(await scene.atRest()).toBe('v1');
  });

  it('exits with 4 when users are not known to be safe in time, and says what to do', async () => {
    const [scene] = await canary('Bake');
    scene.lose('aws.states');
    scene.unschedule('Reconcile');
    const { code, err } = await greenlight(scene, 'abort --reason x --timeout 60');
    expect(code).toBe(4);
    expect(err).toContain('NotSafeYet');
    expect(err).toContain('the runbook says what to do');
  });

  it('is refused when nothing runs, and when the rollout has ended meanwhile', async () => {
    const [scene, execution] = await canary('Bake');
    const lost = scene.lose('aws.states');
    scene.unschedule('Reconcile');
    await scene.stop(execution);
    const ending = await greenlightJson(scene, 'abort --reason x');
    expect([ending.exitCode, ending.error?.name]).toEqual([1, 'RolloutEnded']);
    lost();
    const idle = await Scene.open();
    const none = await greenlightJson(idle, 'abort --reason x');
    expect([none.exitCode, none.error?.name]).toEqual([1, 'NothingRuns']);
  });
});

describe('rollback', () => {
  it('goes back to the version that was live before, waits for that, and records who and why', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
    const { code, out } = await greenlight(scene, "rollback --reason 'complaints since noon' --by Ada");
    expect(code).toBe(0);
    expect(out).toMatch(/^digits: rollout digits-[0-9a-f]{12}-1 ended as promoted\.\n {2}In service: version 2\.\n$/);
    expect((await scene.records())[0]).toMatchObject({ startedBy: 'person: Ada', reason: 'complaints since noon' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('stops a canary, whose blue is what it goes back to', async () => {
    const [scene, execution] = await canary('Bake', 2);
    const { code, out } = await greenlight(scene, 'rollback --reason x');
    expect([code, out]).toEqual([0, expect.stringContaining('ended as already-live')]);
    expect(execution.error).toBe('StoppedByRollback');
    expect(await scene.atRest()).toBe('v1');
  });

  it('stops nothing for a target that cannot be used', async () => {
    const [scene, execution] = await canary('Bake', 2);
    const started = scene.world.executions.length;
    for (const [to, name, code] of [
      ['99', 'RollbackTargetUnavailable', 1],
      ['v1', 'InvalidInput', 2],
    ] as const) {
      // prettier-ignore
      const refused = await greenlightJson(scene, `rollback --to ${to}`);
      expect([refused.exitCode, refused.error?.name]).toEqual([code, name]);
    }
    expect(scene.world.executions).toHaveLength(started);
    expect(execution.status).toBe('RUNNING');
  });

  it('is refused beside another rollback', async () => {
    const [scene] = await canary('Bake', 2);
    expect((await greenlight(scene, 'rollback --no-wait')).code).toBe(0);
    await scene.world.runFor(500);
    const second = await greenlightJson(scene, 'rollback --to 2');
    expect([second.exitCode, second.error?.name]).toEqual([1, 'RolloutBusy']);
  });
});

describe('start', () => {
  it('rolls out the newest model as it is asked to, and follows it to its end', async () => {
    const scene = await Scene.open();
    await scene.serve();
    scene.lose('aws.s3');
    await scene.upload({ name: 'v2' });
    const { result, exitCode } = await greenlightJson<{ rolloutId: string }>(
      scene,
      "start --strategy AllAtOnce --reason 'week 47' --wait",
    );
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({ rollout: { outcome: 'promoted', startedBy: 'person: ada', reason: 'week 47' } });
    expect(await scene.atRest()).toBe('v2');
  });

  it('can be a dry run, and says when the model is refused', async () => {
    const scene = await Scene.open();
    await scene.serve();
    scene.lose('aws.s3');
    await scene.upload({ name: 'v2' });
    const dry = await greenlight(scene, 'start --dry-run --wait');
    expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('ended as dry-run-passed')]);
    await scene.world.run(scene.app.put('models/digits/v3.onnx', 'no model at all'));
    const bad = await greenlight(scene, 'start --wait');
    expect(bad.code).toBe(1);
    expect(bad.out).toMatch(/ended as rejected\.\n {2}(ModelRejected|GreenUnhealthy): /);
  });

  it('is refused while a rollout runs', async () => {
    const [scene, execution] = await canary('Bake');
    const { code, err } = await greenlight(scene, 'start');
    expect(code).toBe(1);
    expect(err).toContain(`RolloutBusy: endpoint digits: rollout ${execution.name} is running`);
    expect(err).toContain('npx greenlight status --watch');
  });

  it('exits with 4 when its end was waited for in vain', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const { code, err } = await greenlight(scene, 'start --force --wait --timeout 30');
    expect([code, err]).toEqual([4, expect.stringContaining('StillRunning')]);
  });
});

describe('upload', () => {
  it('stores the file with its hash, strategy and reason, and the rollout that it names is the one that runs', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const file = fileOf('v2');
    const { result, exitCode } = await greenlightJson<{ rolloutId: string }>(
      scene,
      `upload ${file} --strategy AllAtOnce --reason 'Größere Trainingsmenge – Woche 47' --wait`,
    );
    expect(exitCode).toBe(0);
    expect(await scene.record(result.rolloutId)).toMatchObject({
      outcome: 'promoted',
      startedBy: 'upload',
      reason: 'Größere Trainingsmenge – Woche 47',
      state: { plan: { strategy: 'AllAtOnce' } },
    });
    expect(await scene.atRest()).toBe('v2');
  });

  it('says that it waits while another rollout runs', async () => {
    const [scene] = await canary('Bake');
    const { code, out } = await greenlight(scene, `upload ${fileOf('v3')} --name v3-b.onnx`);
    expect(code).toBe(0);
    expect(out).toContain('digits: stored s3://');
    await scene.world.runFor(5_000);
    expect((await greenlight(scene, 'status')).out).toContain('waits     models/digits/v3-b.onnx');
  });

  it('refuses before anything is sent what the endpoint would refuse for sure', async () => {
    const scene = await Scene.open();
    const dir = mkdtempSync(join(tmpdir(), 'greenlight-'));
    const [empty, text] = [join(dir, 'empty.onnx'), join(dir, 'model.txt')];
    writeFileSync(empty, '');
    writeFileSync(text, 'x');
    const calls = scene.world.hooks.count('s3', 'PutObject');
    for (const [argv, said] of [
      [`upload ${text}`, 'must end in .onnx, the suffix of endpoint digits; got "model.txt"'],
      [`upload ${empty}`, 'empty.onnx has 0 bytes'],
      [`upload ${dir}`, 'is no file'],
      [`upload ${fileOf('v2')} --name a/b.onnx`, "--name: must be a file's name"],
      [`upload ${fileOf('v2')} --reason ${'x'.repeat(501)}`, 'has 501 characters; with an upload the limit is 500'],
    ] as const) {
      const { code, err } = await greenlight(scene, argv);
      expect([code, err]).toEqual([2, expect.stringContaining(said)]);
    }
    expect(scene.world.hooks.count('s3', 'PutObject')).toBe(calls);
  });
});

describe('approve, reject and promote', () => {
  const asking = async (): Promise<readonly [Scene, Execution]> => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.change({ approval: { mode: 'before-promote', timeoutMinutes: 60 } });
    const versionId = await scene.upload({ name: 'v2' }, SHORT);
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'AwaitApproval');
    await scene.world.runFor(1_000);
    return [scene, execution];
  };

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
