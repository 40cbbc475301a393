import { App, Duration, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Greenlight } from '../../../lib/greenlight';
import { HANDLER_NAMES } from '../../../lib/handlers';
import { HANDLER_METADATA } from '../../../lambdas/contract/names';
import { Template } from './template';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}
const list = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

const template = new Template([{ name: 'digits' }, { name: 'fraud-check' }]);
const rich = new Template([
  {
    name: 'digits',
    provisionedConcurrency: 1,
    captureSampleRate: 0.1,
    vetoAlarms: ['errors'],
    goldenSet: { key: 'golden/digits.json' },
  },
]);

/** Statements of each role, by the role's logical id. */
function statementsByRole(from: Template): ReadonlyMap<string, readonly Statement[]> {
  const byRole = new Map<string, Statement[]>();
  for (const policy of from.all('AWS::IAM::Policy')) {
    const { Roles, PolicyDocument } = from.properties(policy) as {
      Roles: string[];
      PolicyDocument: { Statement: Statement[] };
    };
    for (const role of Roles) byRole.set(role, [...(byRole.get(role) ?? []), ...PolicyDocument.Statement]);
  }
  return byRole;
}

function actionsOf(from: Template, handler: string): ReadonlyMap<string, readonly string[]> {
  const found = from.all('AWS::Lambda::Function').find(({ Metadata }) => Metadata?.[HANDLER_METADATA] === handler);
  const role = (from.properties(found!).Role as string).replace('.Arn', '');
  const statements = statementsByRole(from).get(role) ?? [];
  const resources = new Map<string, readonly string[]>();
  for (const { Action, Resource } of statements)
    for (const action of list(Action)) resources.set(action, [...(resources.get(action) ?? []), ...list(Resource)]);
  return resources;
}

/** Permissions in the policies of hooks; the others are those of rules. */
const ofHooks = (from: Template) =>
  from
    .all('AWS::Lambda::Permission')
    .filter((one) => !String(from.properties(one).Principal).endsWith('.amazonaws.com'));

/** What AWS does not let a policy limit to resources. */
const UNLIMITED = new Set([
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'cloudwatch:GetMetricData',
  'cloudwatch:PutMetricData', // in one namespace
  'dynamodb:ListStreams',
  'cloudwatch:DescribeAlarms',
  'lambda:GetAccountSettings', // an account's limits
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
]);

describe.each([
  ['with plain endpoints', template],
  ['with every option', rich],
])('roles %s', (_, from) => {
  const all = [...statementsByRole(from).values()].flat();

  it('allow no family of actions', () => {
    expect(all.flatMap(({ Action }) => list(Action)).filter((action) => action.includes('*'))).toEqual([]);
  });

  it('allow all resources only where AWS knows no other way', () => {
    const unlimited = all.filter(({ Resource }) => list(Resource).includes('*')).flatMap(({ Action }) => list(Action));
    expect(unlimited.filter((action) => !UNLIMITED.has(action))).toEqual([]);
  });

  it('have no policy of AWS, which would allow more', () => {
    for (const role of from.all('AWS::IAM::Role')) expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
  });
});

describe('a handler', () => {
  it.each(HANDLER_NAMES)('%s writes to its own log group alone', (name) => {
    expect(actionsOf(template, name).get('logs:PutLogEvents')).toHaveLength(1);
  });

  it('that moves traffic may do so for the endpoints, and no other may', () => {
    const movers = HANDLER_NAMES.filter((name) => actionsOf(template, name).has('lambda:UpdateAlias'));
    expect([...movers].sort()).toEqual([
      'discard-green',
      'live-alias',
      'promote-green',
      'reconcile',
      'restore-blue',
      'safety-net',
      'shift-traffic',
      'verify-green',
    ]);
  });

  it('works on the functions with the tag of its control plane and on no other, however many there are', () => {
    const many = new Template([...'abcdef'].map((name) => ({ name })));
    for (const from of [template, many]) {
      const statements = [...statementsByRole(from)].flatMap(([, all]) => all);
      const onFunctions = statements.filter(({ Resource }) => JSON.stringify(Resource).includes(':function:'));
      const ofEndpoints = onFunctions.filter(({ Condition }) => JSON.stringify(Condition).includes('ResourceTag'));
      expect(ofEndpoints.length).toBeGreaterThan(10);
      for (const { Resource, Condition } of ofEndpoints)
        expect([Resource, Condition]).toEqual([
          'arn:aws:lambda:eu-central-1:123456789012:function:*',
          { StringEquals: { 'aws:ResourceTag/greenlight:plane': 'Greenlight' } },
        ]);
      // The only other one: hooks of other accounts.
      expect(onFunctions.filter((one) => !ofEndpoints.includes(one)).map(({ Condition }) => Condition)).toEqual([
        { StringNotEquals: { 'aws:ResourceAccount': '123456789012' }, Null: { 'aws:ResourceAccount': 'false' } },
      ]);
      const tagged = from
        .all('AWS::Lambda::Function')
        .filter((one) => JSON.stringify(one.Properties.Tags ?? []).includes('greenlight:plane'));
      expect(tagged.map(({ Metadata }) => Metadata?.[HANDLER_METADATA])).toEqual(
        from.all('Custom::GreenlightLiveAlias').map(() => 'model-server'),
      );
    }
    const policiesOf = (from: Template) =>
      from
        .all('AWS::IAM::Policy')
        .filter(({ id }) => !id.includes('Server'))
        .map((one) => from.properties(one));
    expect(policiesOf(many)).toEqual(policiesOf(template));
  });

  it('calls a hook that the app gives it by its own ARN, and only that', () => {
    const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Shop', {});
    stack.node.setContext('aws:cdk:bundling-stacks', []);
    const smoke = new lambda.Function(stack, 'Smoke', {
      code: lambda.Code.fromInline('exports.handler = () => undefined'),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
    });
    const timeout = Duration.minutes(2);
    const greenlight = new Greenlight(stack, 'Models');
    greenlight.addEndpoint({ name: 'digits' }, { hooks: { beforeTraffic: { function: smoke, timeout } } });
    expect(() =>
      greenlight.addEndpoint(
        { name: 'other', hooks: { beforeTraffic: { function: 'smoke' } } },
        { hooks: { beforeTraffic: { function: smoke, timeout: Duration.minutes(11) } } },
      ),
    ).toThrow(
      /hooks.beforeTraffic is set in the settings and in the options.*\n?.*timeout is 660 s: must be whole seconds, 1 to 600/s,
    );
    const named = { afterPromotion: { function: 'theirs' } };
    expect(() => greenlight.addEndpoint({ name: 'third', hooks: named }, { hooks: named })).toThrow(
      'third: hooks.afterPromotion is set in the settings and in the options; set it once',
    );
    const given = Template.from(
      (stack.node.root as App).synth().getStackByName('Shop').template as Record<string, unknown>,
    );
    expect(ofHooks(given).map((one) => given.properties(one))).toEqual([
      {
        Action: 'lambda:InvokeFunction',
        FunctionName: expect.stringMatching(/^<Smoke\w+\.Arn>$/) as string,
        Principal: expect.stringMatching(/^<Modelscallhook\w+\.Arn>$/) as string,
      },
    ]);
    const config = given.properties(given.one('Custom::GreenlightLiveAlias')).Config as string;
    expect(JSON.parse(config)).toMatchObject({
      settings: {
        hooks: { beforeTraffic: { function: expect.stringMatching(/Smoke/) as string, timeoutSeconds: 120 } },
      },
    });
  });

  it('calls the functions that endpoints name as hooks, which their own policies allow, and none where they name none', () => {
    expect(ofHooks(template)).toEqual([]);
    const other = 'arn:aws:lambda:eu-west-1:210987654321:function:theirs:2';
    const named = new Template([
      { name: 'digits', hooks: { beforeTraffic: { function: 'smoke' }, afterPromotion: { function: other } } },
    ]);
    const allowed = ofHooks(named);
    expect(allowed.map((one) => named.properties(one).FunctionName)).toEqual(['smoke', other]);
    // What is of another account its own people allow.
    const [, theirs] = allowed as readonly (object & { readonly Condition?: string })[];
    expect((named.json.Conditions as Readonly<Record<string, unknown>>)[theirs?.Condition ?? '']).toEqual({
      'Fn::Equals': [{ Ref: 'AWS::AccountId' }, '210987654321'],
    });
  });

  it('that deletes versions is teardown or the end of a dry run', () => {
    expect(HANDLER_NAMES.filter((name) => actionsOf(template, name).has('lambda:DeleteFunction'))).toEqual([
      'discard-green',
      'teardown-idle',
    ]);
  });

  it('may call an endpoint only to ask whether live answers, to verify green, to replay, to judge and to watch it, and the teardown only where a person postpones it', () => {
    const called = HANDLER_NAMES.map((name) => [name, actionsOf(template, name).get('lambda:InvokeFunction')] as const);
    expect(called.filter(([, resources]) => resources !== undefined).map(([name]) => name)).toEqual([
      'validate-model',
      'verify-green',
      'replay-traffic',
      'call-hook',
      'judge-canary',
      'judge-live',
      'dashboard-act',
    ]);
    expect(new Map(called).get('dashboard-act')).toEqual([
      expect.stringMatching(/^<[^>]*teardownidleFunction\w+\.Arn>$/),
    ]);
  });

  it('that shows the dashboard may change nothing', () => {
    const actions = [...actionsOf(template, 'dashboard-view').keys()].filter((action) => !/^(logs|xray):/.test(action));
    expect(actions.sort()).toEqual([
      'cloudwatch:GetMetricData',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'lambda:GetAlias',
      'sns:GetTopicAttributes',
      'states:DescribeExecution',
    ]);
  });

  it('that closes rollouts may read their evidence for the report, and nothing else that is kept of them', () => {
    const isOfRollouts = (resource: string) => resource.includes('/rollouts/');
    const closing = ['finish-rollout', 'restore-blue', 'safety-net', 'reconcile'];
    for (const name of closing)
      expect(actionsOf(template, name).get('s3:GetObject')?.filter(isOfRollouts)).toEqual([
        expect.stringMatching(/\/rollouts\/\*\/trace-canary\.json$/),
        expect.stringMatching(/\/rollouts\/\*\/trace-replay\.json$/),
        expect.stringMatching(/\/rollouts\/\*\/trace-watch\.json$/),
      ]);
    const readers = HANDLER_NAMES.filter((name) => actionsOf(template, name).get('s3:GetObject')?.some(isOfRollouts));
    expect([...readers].sort()).toEqual([...closing, 'replay-traffic'].sort());
  });

  it('may read a golden set and samples that lie elsewhere, by their keys, and no other handler may', () => {
    const elsewhere = { goldenSet: { key: 'a/golden.json' }, replay: { samples: 'b/samples.jsonl' } };
    const own = new Template([{ name: 'digits', ...elsewhere }]);
    const readers = (key: string) =>
      HANDLER_NAMES.filter((name) =>
        actionsOf(own, name)
          .get('s3:GetObjectVersion')
          ?.some((one) => one.endsWith(key)),
      );
    expect([readers('/a/golden.json'), readers('/b/samples.jsonl')]).toEqual([
      ['validate-model', 'verify-green'],
      ['replay-traffic'],
    ]);
  });

  it('may release provisioned concurrency even where the setting is none now, because versions may still hold some', () => {
    for (const action of ['ListProvisionedConcurrencyConfigs', 'DeleteProvisionedConcurrencyConfig'])
      expect([action, actionsOf(template, 'teardown-idle').has(`lambda:${action}`)]).toEqual([action, true]);
  });
});

it('lets the state machine call the steps, by their own names', () => {
  const machine = template.properties(template.one('AWS::StepFunctions::StateMachine'));
  const called = new Set(
    [...(machine.DefinitionString as string).matchAll(/<[A-Za-z0-9]+\.Arn>/g)].map(([arn]) => arn),
  );
  const role = (machine.RoleArn as string).replace('.Arn', '');
  const invoke = (statementsByRole(template).get(role) ?? []).filter(
    ({ Action }) => Action === 'lambda:InvokeFunction',
  );
  expect(new Set(invoke.flatMap(({ Resource }) => list(Resource)))).toEqual(called);
});

it('lets an endpoint read its own models and no other', () => {
  const readers = [...statementsByRole(template)].filter(([role]) => role.includes('Server'));
  expect(readers).toHaveLength(2);
  for (const [, statements] of readers) {
    const read = statements.filter(({ Action }) => list(Action).includes('s3:GetObjectVersion'));
    expect(read.flatMap(({ Resource }) => list(Resource))).toEqual([
      expect.stringMatching(/\.Arn>\/models\/(digits|fraud-check)\/\*$/),
    ]);
  }
});
