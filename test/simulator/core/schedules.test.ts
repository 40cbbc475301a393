import { parseSchedule } from '../../../simulator/schedule-expression';
import { deployed, functionResources, handlers, allow } from './small-world';

const MINUTE = 60_000;
const schedule = (ScheduleExpression: string, more: object = {}) => ({
  Schedule: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': ['Work', 'Arn'] },
        RoleArn: { 'Fn::GetAtt': ['Invoker', 'Arn'] },
        Input: '{"kind":"tick"}',
      },
      ...more,
    },
  },
  Invoker: {
    Type: 'AWS::IAM::Role',
    Properties: {
      Policies: [
        { PolicyDocument: { Statement: [allow('lambda:InvokeFunction', { 'Fn::GetAtt': ['Work', 'Arn'] })] } },
      ],
    },
  },
});

async function ticks(resources: ReturnType<typeof schedule>, forMs: number) {
  const seen: { readonly at: number; readonly event: unknown }[] = [];
  const work = (event: never, { clock }: { readonly clock: { now(): number } }) =>
    void seen.push({ at: clock.now(), event });
  const world = await deployed(
    { ...functionResources('Work'), ...resources },
    { handlers: handlers({ work }), startTime: 0 },
  );
  await world.runFor(forMs);
  return seen;
}

describe('a schedule', () => {
  it('invokes its function at its rate, beginning within a minute', async () => {
    const seen = await ticks(schedule('rate(5 minutes)'), 12 * MINUTE);
    expect(seen).toEqual([1, 6, 11].map((minute) => ({ at: minute * MINUTE, event: { kind: 'tick' } })));
  });

  it('invokes once at its time', async () => {
    expect(await ticks(schedule('at(1970-01-01T00:10:00)'), 60 * MINUTE)).toMatchObject([{ at: 10 * MINUTE }]);
  });

  it('invokes within its flexible window', async () => {
    const FlexibleTimeWindow = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 10 };
    const [first] = await ticks(schedule('at(1970-01-01T00:10:00)', { FlexibleTimeWindow }), 60 * MINUTE);
    expect(first!.at).toBeGreaterThan(10 * MINUTE);
    expect(first!.at).toBeLessThanOrEqual(20 * MINUTE);
  });

  it('does nothing when disabled', async () => {
    expect(await ticks(schedule('rate(1 minute)', { State: 'DISABLED' }), 10 * MINUTE)).toEqual([]);
  });

  it('says that it does not know cron', () => {
    expect(() => parseSchedule('cron(0 12 * * ? *)')).toThrow('not cron');
    expect(() => parseSchedule('rate(0 minutes)')).toThrow('not a schedule expression');
  });
});
