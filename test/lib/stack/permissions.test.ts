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
    for (const mover of movers) {
      const resources = actionsOf(template, mover).get('lambda:UpdateAlias') ?? [];
      expect(resources).toHaveLength(4); // Two endpoints: the function and what is below it.
      expect(resources.every((resource) => resource.includes('Endpoint'))).toBe(true);
      // These two show green to testers, and name no other alias.
      const aliases = resources.filter((resource) => /Arn>:/.test(resource)).map((one) => one.replace(/.*Arn>:/, ''));
      const wanted = ['discard-green', 'verify-green'].includes(mover) ? 'preview' : '*';
      expect(aliases).toEqual([wanted, wanted]);
    }
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
    const given = Template.from(
      (stack.node.root as App).synth().getStackByName('Shop').template as Record<string, unknown>,
    );
    expect(actionsOf(given, 'call-hook').get('lambda:InvokeFunction')).toEqual([
      expect.stringMatching(/^<Smoke\w+\.Arn>$/),
    ]);
    const config = given.properties(given.one('Custom::GreenlightLiveAlias')).Config as string;
    expect(JSON.parse(config)).toMatchObject({
      settings: {
        hooks: { beforeTraffic: { function: expect.stringMatching(/Smoke/) as string, timeoutSeconds: 120 } },
      },
    });
  });

  it('calls the functions that endpoints name as hooks, by their ARNs, and none where they name none', () => {
    expect(actionsOf(template, 'call-hook').has('lambda:InvokeFunction')).toBe(false);
    const other = 'arn:aws:lambda:eu-west-1:210987654321:function:theirs:2';
    const named = new Template([
      { name: 'digits', hooks: { beforeTraffic: { function: 'smoke' }, afterPromotion: { function: other } } },
    ]);
    expect([...(actionsOf(named, 'call-hook').get('lambda:InvokeFunction') ?? [])].sort()).toEqual([
      'arn:aws:lambda:eu-central-1:123456789012:function:smoke',
      other,
    ]);
  });

  it('that deletes versions is teardown or the end of a dry run', () => {
    expect(HANDLER_NAMES.filter((name) => actionsOf(template, name).has('lambda:DeleteFunction'))).toEqual([
      'discard-green',
      'teardown-idle',
    ]);
  });

  it('may call an endpoint only to ask whether live answers, to verify green, to replay and to watch it, and the teardown only where a person postpones it', () => {
    const called = HANDLER_NAMES.map((name) => [name, actionsOf(template, name).get('lambda:InvokeFunction')] as const);
    expect(called.filter(([, resources]) => resources !== undefined).map(([name]) => name)).toEqual([
      'validate-model',
      'verify-green',
      'replay-traffic',
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

  it('gets rights for options only where an endpoint uses them', () => {
    const optional = [
      ['deploy-green', 'lambda:PutProvisionedConcurrencyConfig'],
      ['validate-model', 'cloudwatch:DescribeAlarms'],
      ['judge-canary', 'cloudwatch:DescribeAlarms'],
      ['verify-green', 's3:GetObject'],
    ] as const;
    for (const [name, action] of optional)
      expect([name, action, actionsOf(template, name).has(action), actionsOf(rich, name).has(action)]).toEqual([
        name,
        action,
        false,
        true,
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
