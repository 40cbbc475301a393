import { Template } from './template';

const template = new Template([{ name: 'digits' }, { name: 'fraud-check' }]);
const propertiesOf = (type: string) => template.properties(template.one(type));

describe('alarms', () => {
  const alarms = template.all('AWS::CloudWatch::Alarm').map((alarm) => template.properties(alarm));
  const topic = `<${template.one('AWS::SNS::Topic').id}>`;

  it('tell people by the topic when the defences of the app fail, and two for each endpoint when users do', () => {
    expect(alarms).toHaveLength(6 + 2 * 2);
    for (const alarm of alarms) expect(alarm).toMatchObject({ AlarmActions: [topic], OKActions: [topic] });
  });

  it('treat missing data as good, but for the reconciler: its silence is told as what it is', () => {
    const silent = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(silent).toEqual([
      expect.objectContaining({ TreatMissingData: 'missing', InsufficientDataActions: [topic] }) as unknown,
    ]);
  });

  it('may publish to the topic and use its key, those of this account and Region alone', () => {
    const conditions = {
      StringEquals: { 'aws:SourceAccount': '123456789012' },
      ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*' },
    };
    const statements = (type: string, member: string) =>
      (propertiesOf(type)[member] as { readonly Statement: readonly Record<string, unknown>[] }).Statement;
    const principal = { Service: 'cloudwatch.amazonaws.com' };
    expect(statements('AWS::SNS::TopicPolicy', 'PolicyDocument')).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: principal,
        Action: 'sns:Publish',
        Resource: topic,
        Condition: conditions,
      }),
    );
    expect(statements('AWS::KMS::Key', 'KeyPolicy')).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: principal,
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Condition: conditions,
      }),
    );
  });

  it('of an endpoint are given by its settings', () => {
    const own = new Template([{ name: 'digits', alarms: { failedPercent: 2, minRequests: 50, minutes: 60 } }]);
    const found = own
      .all('AWS::CloudWatch::Alarm')
      .map((alarm) => own.properties(alarm))
      .find(({ Metrics }) => Metrics !== undefined);
    expect(found).toMatchObject({ Threshold: 2, EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    expect(JSON.stringify(found)).toContain('>= 50');
    expect(JSON.stringify(found)).toContain('"Period":3600');
    expect(new Template([{ name: 'digits', alarms: false }]).all('AWS::CloudWatch::Alarm')).toHaveLength(6);
  });

  it('of an endpoint with a change start no rollout', () => {
    const fingerprint = (alarms: false | object) => {
      const made = new Template([{ name: 'digits', alarms }]);
      return made.properties(made.one('Custom::GreenlightLiveAlias')).CodeFingerprint;
    };
    expect(fingerprint(false)).toBe(fingerprint({ minutes: 60 }));
  });
});
