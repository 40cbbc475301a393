import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { start } from './executions';
import { MACHINE_ARN, machineWorld, task } from './small-world';

const MINUTE = 60_000;
const DELETING = `State Machine is being deleted: '${MACHINE_ARN}'`;

const waitingFor = (seconds: number) =>
  machineWorld(
    { Bake: { Type: 'Wait', Seconds: seconds, Next: 'Judge' }, Judge: task('judge') },
    { judge: () => ({}) },
  );

describe('a state machine that was deleted', () => {
  it('starts nothing, and its name is taken until its last execution ended at its next state', async () => {
    const world = await waitingFor(600);
    await start(world);
    world.services.sfn.remove(MACHINE_ARN);
    const described = await world.user.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: MACHINE_ARN }));
    expect(described.status).toBe('DELETING');
    await expect(start(world, 'two')).rejects.toMatchObject({ name: 'StateMachineDeleting', message: DELETING });
    await world.runFor(9 * MINUTE);
    const again = { arn: MACHINE_ARN, name: 'machine', roleArn: 'r', definition: described.definition! };
    expect(() => world.services.sfn.put(again)).toThrow(DELETING);
    expect(world.executions[0]!.status).toBe('RUNNING');
    await world.runFor(MINUTE + 1_000);
    expect(world.executions[0]!.status).toBe('ABORTED');
    expect(world.timeline(world.executions[0]!.arn).map(({ state }) => state)).toEqual(['Bake']);
    expect(() => world.services.sfn.put(again)).toThrow(DELETING);
    await world.runFor(MINUTE);
    await expect(start(world, 'two')).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    world.services.sfn.put(again);
    expect((await start(world, 'three')).endsWith(':three')).toBe(true);
  });
});
