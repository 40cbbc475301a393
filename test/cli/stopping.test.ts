import type { Execution } from '../../simulator/states/execution';
import { Scene } from '../scenarios/harness';
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

  it('stops no other rollout than the expected one, and promotes no other', async () => {
    const [scene, execution] = await canary('Bake', 3);
    for (const command of ['abort', 'promote']) {
      const { code, err } = await greenlight(scene, `${command} --reason x --rollout digits-000000000000-1`);
      expect([command, code]).toEqual([command, 1]);
      expect(err).toContain('StateChanged');
      expect(err.replaceAll(/\s+/g, ' ')).toContain(
        `expected rollout digits-000000000000-1, but ${execution.name} is running`,
      );
    }
    expect(execution.status).toBe('RUNNING');
    expect((await greenlight(scene, `abort --reason x --rollout ${execution.name}`)).code).toBe(0);
  });

  it('waits for the reconciler when the event of the stop is lost', async () => {
    const [scene, execution] = await canary('Bake');
    scene.lose('aws.states');
    const { result } = await greenlightJson<{ seconds: number }>(scene, 'abort --reason x');
    expect(result.seconds).toBeGreaterThan(10);
    expect(result.seconds).toBeLessThanOrEqual(330);
    expect(await scene.record(execution.name)).toMatchObject({ cause: 'ada aborted it: x' });
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
    expect(out).toMatch(
      /^digits: rollout digits-[0-9a-f]{12}-1 ended as rolled back\.\n {2}In service: version 2\.\n$/,
    );
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

  it('is not refused beside a rollback that died while it held the endpoint', async () => {
    const [scene, execution] = await canary('Bake', 2);
    await scene.end(execution);
    await greenlight(scene, 'rollback --reason x --no-wait');
    const dead = scene.world.executions.at(-1)!;
    await scene.reaches(dead, 'VerifyGreen');
    const found = scene.lose('aws.states');
    await scene.stop(dead);
    expect((await scene.lock())?.owner).toBe(dead.arn);
    found();
    const { code, out, err } = await greenlight(scene, 'rollback --reason again');
    expect([code, err]).not.toEqual([1, expect.stringContaining('RolloutBusy')]);
    expect([code, out]).toEqual([0, expect.stringContaining('In service: version 2')]);
    expect(await scene.atRest()).toBe('v1');
  });
});
