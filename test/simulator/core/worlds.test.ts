import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { World } from '../../../simulator/world';
import { MACHINE_ARN, machineWorld, task } from './small-world';

const states = {
  Work: task('work', { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 60, JitterStrategy: 'FULL' }] }),
};
const failing = {
  work: () => {
    throw new Error('always');
  },
};
const begin = (world: World) => world.user.sfn.send(new StartExecutionCommand({ stateMachineArn: MACHINE_ARN }));

async function story(seed: number) {
  const world = await machineWorld(states, failing, { seed });
  await begin(world);
  await world.runFor(3_600_000);
  const [execution] = world.executions;
  return {
    name: execution!.name,
    times: execution!.history.map(({ at, type }) => [at, type]),
    ids: world.events.history.map(({ id }) => id),
  };
}

describe('worlds', () => {
  it('with the same seed tell the same story, with another seed another', async () => {
    const [first, second, other] = [await story(7), await story(7), await story(8)];
    expect(second).toEqual(first);
    expect(other.times).not.toEqual(first.times);
    expect(other.name).not.toBe(first.name);
  });

  it('share neither time nor resources, even when they run at once', async () => {
    const one = await machineWorld({ Wait: { Type: 'Wait', Seconds: 600, End: true } }, {});
    const two = await machineWorld({ Wait: { Type: 'Wait', Seconds: 600, End: true } }, {});
    await begin(one);
    await Promise.all([one.runFor(300_000), two.runFor(900_000)]);
    expect(one.executions.map(({ status }) => status)).toEqual(['RUNNING']);
    expect(two.executions).toEqual([]);
    expect(two.clock.now() - one.clock.now()).toBe(600_000);
    await one.runFor(300_000);
    expect(one.executions.map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  it('can be driven by scaled real time', async () => {
    const world = await machineWorld({ Wait: { Type: 'Wait', Seconds: 120, End: true } }, {});
    const driver = world.scaled(2_000);
    await begin(world);
    await world.runUntil(() => world.executions[0]!.status === 'SUCCEEDED', { limitMs: 600_000 });
    await driver.stop();
    expect(world.timeline(world.executions[0]!.arn)).toMatchObject([{ state: 'Wait' }]);
  });

  it('fail an invocation by name when a hook says so', async () => {
    const world = await machineWorld({ Work: task('work') }, { work: () => 1 });
    world.hooks.onInvoke(({ handler }) => {
      throw Object.assign(new Error(`${handler} crashed`), { name: 'Runtime.ExitError' });
    });
    await begin(world);
    await world.runFor(1_000);
    expect(world.executions[0]).toMatchObject({ status: 'FAILED', error: 'Runtime.ExitError' });
  });
});
