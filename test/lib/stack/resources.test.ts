import { HANDLER_NAMES } from '../../../lib/handlers';
import { ENV, HANDLER_METADATA, MODEL_SERVER, OUTBOX_PARTITION, TABLE_KEYS } from '../../../lambdas/contract/names';
import { Template } from './template';

const template = new Template([{ name: 'digits' }, { name: 'fraud-check' }]);
const propertiesOf = (type: string) => template.properties(template.one(type));
const functions = template.all('AWS::Lambda::Function');
const handler = (name: string) => {
  const found = functions.find(({ Metadata }) => Metadata?.[HANDLER_METADATA] === name);
  if (found === undefined) throw new Error(`no function for ${name}`);
  return found;
};

/** Each policy that refuses requests without TLS, by the resource it is about. */
const refusesPlainHttp = (type: string) =>
  template.all(type).map((policy) => {
    const { Statement } = template.properties(policy).PolicyDocument as { Statement: Record<string, unknown>[] };
    return Statement.some(
      ({ Effect, Condition }) =>
        Effect === 'Deny' && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
    );
  });

describe('the model bucket', () => {
  const bucket = propertiesOf('AWS::S3::Bucket');

  it('keeps every version, encrypted, and away from the public', () => {
    expect(bucket).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  it('tells EventBridge of uploads without a custom resource', () => {
    expect(bucket.NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
    expect(template.all('Custom::S3BucketNotifications')).toEqual([]);
  });

  it('expires half-finished uploads, captured requests and labels, and never a model', () => {
    const { Rules } = bucket.LifecycleConfiguration as { Rules: Record<string, unknown>[] };
    expect(Rules).toContainEqual(
      expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
    );
    const expiring = Rules.filter((rule) => Object.keys(rule).some((key) => key.includes('Expiration')));
    const prefixes = expiring.map(({ Prefix }) => String(Prefix));
    expect(prefixes.filter((one) => !/^labels\/\d+d\/$/.test(one))).toEqual(['captured/', 'feedback/']);
  });

  it('outlives the stack, as the table does', () => {
    expect(template.one('AWS::S3::Bucket').DeletionPolicy).toBe('Retain');
    expect(template.one('AWS::DynamoDB::Table').DeletionPolicy).toBe('Retain');
  });
});

it('refuses requests without TLS to bucket, topic and queues', () => {
  for (const type of ['AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy'])
    expect([type, refusesPlainHttp(type)]).toEqual([type, template.all(type).map(() => true)]);
});

it('encrypts the topic under a key that alarms may use, and the queues', () => {
  expect(propertiesOf('AWS::SNS::Topic').KmsMasterKeyId).toBe(`<${template.one('AWS::KMS::Key').id}.Arn>`);
  expect(JSON.stringify(propertiesOf('AWS::KMS::Key').KeyPolicy)).toContain('cloudwatch.amazonaws.com');
  for (const queue of template.all('AWS::SQS::Queue'))
    expect(template.properties(queue).SqsManagedSseEnabled).toBe(true);
});

it('has one table on demand, with recovery to a point in time, that expires rows by "expiresAt"', () => {
  expect(propertiesOf('AWS::DynamoDB::Table')).toMatchObject({
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: TABLE_KEYS.partition, KeyType: 'HASH' },
      { AttributeName: TABLE_KEYS.sort, KeyType: 'RANGE' },
    ],
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: true },
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
});

/** The one to which what fails for good goes. */
const deadLetters = () => template.all('AWS::SQS::Queue').find(({ id }) => id.includes('DeadLetters'))!;
const mappingOf = (name: string) =>
  template
    .all('AWS::Lambda::EventSourceMapping')
    .map((one) => template.properties(one))
    .find(({ FunctionName }) => FunctionName === `<${handler(name).id}>`);

describe('functions', () => {
  it('are one for each handler and one for each endpoint, with a role and a log group of their own', () => {
    const names = functions.map(({ Metadata }) => Metadata?.[HANDLER_METADATA]);
    expect(names.sort()).toEqual([...HANDLER_NAMES, MODEL_SERVER, MODEL_SERVER].sort());
    const roles = functions.map((one) => template.properties(one).Role);
    expect(new Set(roles).size).toBe(functions.length);
    const logGroups = functions.map((one) => (template.properties(one).LoggingConfig as { LogGroup: string }).LogGroup);
    expect(new Set(logGroups).size).toBe(functions.length);
  });

  it('run on Node.js 24 on arm64, log JSON, and are traced but for endpoints, whose users would pay for it', () => {
    for (const one of functions) {
      const served = one.Metadata?.[HANDLER_METADATA] === MODEL_SERVER;
      expect(template.properties(one)).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig: { LogFormat: 'JSON' },
        ...(!served && { TracingConfig: { Mode: 'Active' } }),
      });
      expect('TracingConfig' in template.properties(one)).toBe(!served);
    }
  });

  it('keep their logs for a limited time', () => {
    for (const one of template.all('AWS::Logs::LogGroup'))
      expect([one.id, template.properties(one).RetentionInDays]).toEqual([one.id, 30]);
  });

  it('are told what they need by name', () => {
    const table = `<${template.one('AWS::DynamoDB::Table').id}>`;
    expect(template.properties(handler('restore-blue')).Environment).toEqual({
      Variables: {
        POWERTOOLS_SERVICE_NAME: 'greenlight',
        [ENV.table]: table,
        [ENV.bucket]: `<${template.one('AWS::S3::Bucket').id}>`,
        [ENV.stateMachine]: 'arn:aws:states:eu-central-1:123456789012:stateMachine:Greenlight-rollout',
      },
    });
  });

  it('learn the waves of a deploy where deploys are started', () => {
    const variables = (name: 'reconcile' | 'live-alias') =>
      (template.properties(handler(name)).Environment as { readonly Variables: object }).Variables;
    for (const name of ['reconcile', 'live-alias'] as const)
      expect(variables(name)).toMatchObject({ [ENV.waves]: '[1,5,20]' });
  });

  it('on events are tried three times, and what is lost is kept', () => {
    const queue = `<${deadLetters().id}.Arn>`;
    const configured = template.all('AWS::Lambda::EventInvokeConfig').map((one) => template.properties(one));
    const expected = ['start-rollout', 'safety-net', 'reconcile', 'teardown-idle', 'announce', 'hand-out-work'].map(
      (name) => ({
        FunctionName: `<${handler(name).id}>`,
        MaximumRetryAttempts: 2,
        MaximumEventAgeInSeconds: 6 * 3600,
        DestinationConfig: { OnFailure: { Destination: queue } },
        Qualifier: '$LATEST',
      }),
    );
    expect(new Set(configured.map((one) => JSON.stringify(one, Object.keys(one).sort())))).toHaveProperty('size', 7);
    for (const one of expected) expect(configured).toContainEqual(one);
  });
});

describe('triggers', () => {
  const rules = template.all('AWS::Events::Rule').map((rule) => template.properties(rule));
  const ruleFor = (source: string) =>
    rules.find(({ EventPattern }) => (EventPattern as { source: string[] }).source[0] === source);
  const target = (name: string) => [
    expect.objectContaining({
      Arn: `<${handler(name).id}.Arn>`,
      DeadLetterConfig: { Arn: `<${deadLetters().id}.Arn>` },
    }) as unknown,
  ];

  it('start a rollout for each object under models/ in this bucket', () => {
    expect(ruleFor('aws.s3')).toMatchObject({
      EventPattern: {
        'detail-type': ['Object Created'],
        detail: {
          bucket: { name: [`<${template.one('AWS::S3::Bucket').id}>`] },
          object: { key: [{ prefix: 'models/' }] },
        },
      },
      Targets: target('start-rollout'),
    });
  });

  it('call the safety net for each rollout of this state machine that failed, timed out or was aborted', () => {
    expect(ruleFor('aws.states')).toMatchObject({
      EventPattern: {
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: ['arn:aws:states:eu-central-1:123456789012:stateMachine:Greenlight-rollout'],
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      Targets: target('safety-net'),
    });
  });

  it('reconcile every 5 minutes and tear down every hour, with retries and dead letters', () => {
    const schedules = template.all('AWS::Scheduler::Schedule').map((one) => template.properties(one));
    const rate = (name: string, input?: string) =>
      schedules.find(({ Target }) => {
        const { Arn, Input } = Target as { Arn: string; Input?: string };
        return Arn === `<${handler(name).id}.Arn>` && Input === input;
      });
    expect(rate('hand-out-work', '{"job":"reconcile"}')).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      Target: { DeadLetterConfig: { Arn: `<${deadLetters().id}.Arn>` } },
    });
    expect(rate('hand-out-work', '{"job":"teardown"}')).toMatchObject({ ScheduleExpression: 'rate(60 minutes)' });
    expect(rate('announce')).toMatchObject({ ScheduleExpression: 'rate(5 minutes)' });
  });

  it.each([
    ['reconcile', 5],
    ['teardown-idle', 2],
  ])('hand %s one endpoint after the other, %d at once, and what fails again, twice', (name, atOnce) => {
    const mapping = mappingOf(name);
    expect(mapping).toMatchObject({
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: atOnce },
    });
    const queue = template.all('AWS::SQS::Queue').find(({ id }) => mapping?.EventSourceArn === `<${id}.Arn>`);
    expect(template.properties(queue!)).toMatchObject({
      RedrivePolicy: { deadLetterTargetArn: `<${deadLetters().id}.Arn>`, maxReceiveCount: 3 },
    });
    const { VisibilityTimeout } = template.properties(queue!) as { readonly VisibilityTimeout: number };
    const { Timeout } = template.properties(handler(name)) as { readonly Timeout: number };
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(Timeout);
  });

  it('hand new announcements of the table to their publisher, with bounded retries and dead letters', () => {
    const table = template.one('AWS::DynamoDB::Table');
    expect(propertiesOf('AWS::DynamoDB::Table').StreamSpecification).toEqual({ StreamViewType: 'KEYS_ONLY' });
    const { FilterCriteria, ...mapping } = mappingOf('announce') as {
      readonly FilterCriteria: { readonly Filters: readonly { readonly Pattern: string }[] };
    };
    expect(mapping).toMatchObject({
      EventSourceArn: `<${table.id}.StreamArn>`,
      FunctionName: `<${handler('announce').id}>`,
      MaximumRetryAttempts: 5,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: { OnFailure: { Destination: `<${deadLetters().id}.Arn>` } },
    });
    expect(FilterCriteria.Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown)).toEqual([
      { eventName: ['INSERT'], dynamodb: { Keys: { [TABLE_KEYS.partition]: { S: [OUTBOX_PARTITION] } } } },
    ]);
  });
});

it('names the state machine as everybody expects it, logs its events and traces it', () => {
  expect(propertiesOf('AWS::StepFunctions::StateMachine')).toMatchObject({
    StateMachineName: 'Greenlight-rollout',
    StateMachineType: 'STANDARD',
    LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    TracingConfiguration: { Enabled: true },
  });
});

it('refuses to delete versions of models and golden sets, but to those who carry the tag', () => {
  const own = new Template([{ name: 'digits', goldenSet: { key: 'elsewhere/digits.json' } }]);
  const { Statement } = own.properties(own.one('AWS::S3::BucketPolicy')).PolicyDocument as { Statement: unknown[] };
  const bucket = `<${own.one('AWS::S3::Bucket').id}.Arn>`;
  expect(Statement).toContainEqual({
    Sid: 'KeepVersionsOfModels',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 's3:DeleteObjectVersion',
    Resource: [
      `${bucket}/elsewhere/digits.json`,
      `${bucket}/golden/*`,
      `${bucket}/models/*`,
      `${bucket}/rollouts/*/class-names/*`,
    ],
    Condition: { StringNotEquals: { 'aws:PrincipalTag/greenlight:may-delete': 'models' } },
  });
  // Read by key, without a version id: a marker would hide them.
  expect(Statement).toContainEqual({
    Sid: 'KeepClassNames',
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 's3:DeleteObject',
    Resource: `${bucket}/rollouts/*/class-names/*`,
    Condition: { StringNotEquals: { 'aws:PrincipalTag/greenlight:may-delete': 'models' } },
  });
});

it('needs no account, no bundle and no custom resource but its own', () => {
  const custom = template
    .all()
    .filter(({ Type }) => Type.startsWith('Custom::') || Type === 'AWS::CloudFormation::CustomResource');
  expect(custom.map(({ Type }) => Type).sort()).toEqual([
    'Custom::GreenlightEndpointsInUse',
    'Custom::GreenlightLiveAlias',
    'Custom::GreenlightLiveAlias',
  ]);
  expect(JSON.stringify(template.json)).not.toMatch(/123456789012/);
});
