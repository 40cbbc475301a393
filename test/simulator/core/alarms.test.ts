import { alarmState } from '../../../simulator/services/cloudwatch/alarm-state';
import { parseMath } from '../../../simulator/services/cloudwatch/metric-math';
import { deployed } from './small-world';

const MINUTE = 60_000;
const METRIC = { Namespace: 'Shop', MetricName: 'Failures' };

describe('the state of an alarm on three of three datapoints', () => {
  /** The table of CloudWatch's guide: `-` is missing, `X` breaches, `0` does not; oldest first. */
  it.each([
    ['0 - X - X', { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
    ['0 - - - -', { missing: 'OK', ignore: 'OK', breaching: 'OK', notBreaching: 'OK' }],
    ['- - - - -', { missing: 'INSUFFICIENT_DATA', ignore: 'current', breaching: 'ALARM', notBreaching: 'OK' }],
    ['0 X X - X', { missing: 'ALARM', ignore: 'ALARM', breaching: 'ALARM', notBreaching: 'ALARM' }],
    ['- - X - -', { missing: 'ALARM', ignore: 'current', breaching: 'ALARM', notBreaching: 'OK' }],
  ] as const)('is as CloudWatch says after %s', (points, expected) => {
    const range = points.split(' ').map((point) => (point === '-' ? undefined : point === 'X' ? 1 : 0));
    for (const treatMissingData of ['missing', 'ignore', 'breaching', 'notBreaching'] as const) {
      const rule = {
        evaluationPeriods: 3,
        datapointsToAlarm: 3,
        treatMissingData,
        breaches: (value: number) => value > 0,
      };
      const state = alarmState(rule, range, 'current' as never);
      expect([treatMissingData, state]).toEqual([treatMissingData, expected[treatMissingData]]);
    }
  });
});

describe('metric math', () => {
  const values = { a: 6, b: 2 } as Readonly<Record<string, number>>;
  it.each([
    ['a + b * 2', 10],
    ['(a + b) * 2', 16],
    ['a - b - 1', 3],
    ['IF(a >= 6, 100 * b / a, 0)', 100 / 3],
    ['IF(a < 6, a, FILL(c, 7))', 7],
    ['a + c', undefined],
    ['a / (b - 2)', undefined],
  ])('%s is %s', (expression, expected) => expect(parseMath(expression)((id) => values[id])).toEqual(expected));

  it.each(['SEARCH(a)', 'a +', 'a b', 'a ? b'])('refuses %s', (expression) =>
    expect(() => parseMath(expression)).toThrow(/embedded CloudWatch/),
  );
});

const statement = (actions: string, conditions: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service: 'cloudwatch.amazonaws.com' },
  Action: actions,
  Resource: '*',
  Condition: conditions,
});
const plainHttp = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sns:Publish',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const ours = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

/** A topic with these statements, under a key with those, and an alarm that tells it. */
async function ringing(topicPolicy?: readonly object[], keyPolicy?: readonly object[] | 'alias/aws/sns') {
  const key = typeof keyPolicy === 'string' ? keyPolicy : { 'Fn::GetAtt': ['Key', 'Arn'] };
  const world = await deployed({
    ...(Array.isArray(keyPolicy) && {
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: keyPolicy as object[] } } },
    }),
    Topic: { Type: 'AWS::SNS::Topic', Properties: keyPolicy ? { KmsMasterKeyId: key } : {} },
    ...(topicPolicy && {
      Policy: {
        Type: 'AWS::SNS::TopicPolicy',
        Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: { Statement: topicPolicy } },
      },
    }),
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        ...METRIC,
        ...{ Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 0 },
        ...{ ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' },
        AlarmActions: [{ Ref: 'Topic' }],
      },
    },
  });
  world.services.cloudwatch.record('Shop', 'Failures', {}, world.clock.now(), 1);
  await world.runFor(10 * MINUTE);
  return world.alarms;
}

describe('an alarm in ALARM', () => {
  it.each([
    ['has no policy and no key', undefined, undefined],
    ['has a policy that lets CloudWatch publish', [plainHttp, statement('sns:Publish', ours)], undefined],
    ['and the key let CloudWatch', [statement('sns:Publish', ours)], [statement('kms:*', ours)]],
  ])('arrives at a topic that %s', async (_, topicPolicy, keyPolicy) => {
    const { mails, history } = await ringing(topicPolicy, keyPolicy);
    expect(mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^ALARM: /)]);
    expect(history.map(({ from, to }) => `${from} ${to}`)).toEqual(['INSUFFICIENT_DATA OK', 'OK ALARM', 'ALARM OK']);
  });

  it.each([
    ['only refuses plain HTTP', [plainHttp], undefined, 'is not authorized to perform: SNS:Publish'],
    [
      'lets the alarms of another account publish',
      [statement('sns:Publish', { StringEquals: { 'aws:SourceAccount': '999999999999' } })],
      undefined,
      'is not authorized to perform: SNS:Publish',
    ],
    ['is under a key that does not know CloudWatch', undefined, [], 'encryption key'],
    ['is under a key that lets CloudWatch only decrypt', undefined, [statement('kms:Decrypt')], 'encryption key'],
    ['is under the free key of SNS', undefined, 'alias/aws/sns' as const, 'encryption key'],
  ])('is lost at a topic that %s, and the history says why', async (_, topicPolicy, keyPolicy, why) => {
    const { mails, history } = await ringing(topicPolicy, keyPolicy);
    expect(mails).toEqual([]);
    expect(history.find(({ to }) => to === 'ALARM')?.actions[0]?.refused).toContain(why);
  });
});
