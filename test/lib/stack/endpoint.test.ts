import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { endpointConfigSchema, endpointSettingsSchema } from '../../../lambdas/contract/endpoint-settings';
import { Greenlight } from '../../../lib/greenlight';
import { Template } from './template';

const template = new Template([{ name: 'digits', memoryMB: 2048 }, { name: 'fraud-check' }]);
const aliasOf = (from: Template, endpoint: string) => {
  const found = from.all('Custom::GreenlightLiveAlias').find(({ Properties }) => Properties.Endpoint === endpoint);
  if (found === undefined) throw new Error(`no live alias of ${endpoint}`);
  return found;
};
const configOf = (from: Template, endpoint: string) =>
  endpointConfigSchema.parse(JSON.parse(from.properties(aliasOf(from, endpoint)).Config as string));
const fingerprint = (from: Template, endpoint = 'digits') => from.properties(aliasOf(from, endpoint)).CodeFingerprint;

it('is registered after its stack was asked whether any endpoint that goes is in use', () => {
  const { id } = template.one('Custom::GreenlightEndpointsInUse');
  for (const one of template.all('Custom::GreenlightLiveAlias')) expect(one.DependsOn).toContain(id);
});

it('is registered so early that it is over before CloudFormation puts all back', () => {
  const named = (metadata: string) =>
    template.all('AWS::Lambda::Function').find((one) => JSON.stringify(one).includes(metadata))!;
  const registers = named('"live-alias"');
  const { MaximumEventAgeInSeconds } = template
    .all('AWS::Lambda::EventInvokeConfig')
    .map((one) => template.properties(one))
    .find(({ FunctionName }) => FunctionName === `<${registers.id}>`)!;
  const { ServiceTimeout } = template.properties(aliasOf(template, 'digits'));
  expect(Number(MaximumEventAgeInSeconds)).toBeGreaterThanOrEqual(600);
  const { Timeout } = template.properties(registers);
  // As long as `refuseLate` takes it to run.
  expect(Timeout).toBe(180);
  expect(Number(MaximumEventAgeInSeconds) + Number(Timeout)).toBeLessThan(Number(ServiceTimeout));
});

it('says at synthesis what traffic its strategy needs, in one line, and nothing where there is no canary', () => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] }, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Own');
  const canary = { strategy: 'Canary10Percent15Minutes' } as const;
  const endpoints = [{ name: 'auto' }, { name: 'fixed', ...canary }, { name: 'none', strategy: 'AllAtOnce' as const }];
  new Greenlight(stack, 'Models', { dashboard: false, endpoints });
  const told = app
    .synth()
    .getStackByName('Own')
    .messages.flatMap(({ level, entry: { data } }) =>
      String(level) === 'info' && typeof data === 'string' ? [data] : [],
    );
  expect(told).toHaveLength(2);
  expect(told[0]).toMatch(/^auto: strategy Auto proves nine of ten good models from about \d+ requests a minute on/);
  expect(told[1]).toMatch(/^fixed: strategy Canary10Percent15Minutes .* from about [\d,]+ requests .*may end it/);
  expect(told.join('')).not.toContain('\n');
});

describe('an endpoint', () => {
  it('has its settings, complete, where the custom resource stores them for the steps', () => {
    expect(configOf(template, 'digits')).toEqual({
      settings: endpointSettingsSchema.parse({ name: 'digits', memoryMB: 2048 }),
      functionName: expect.stringMatching(/^<.*Server.*>$/) as unknown,
      builtIn: true,
      servedBy: expect.stringMatching(/^[0-9a-f]{42}$/) as unknown,
    });
    expect(configOf(template, 'fraud-check').settings.name).toBe('fraud-check');
  });

  it('serves with its memory and time limit, and names no model before one is rolled out', () => {
    const { functionName } = configOf(template, 'digits');
    const served = template.all('AWS::Lambda::Function').find(({ id }) => functionName === `<${id}>`);
    expect(template.properties(served!)).toMatchObject({
      MemorySize: 2048,
      // A model of 250 MB goes through it.
      EphemeralStorage: { Size: 512 },
      LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
      Timeout: 15,
      Environment: {
        Variables: {
          GREENLIGHT_ENDPOINT: 'digits',
          POWERTOOLS_SERVICE_NAME: 'digits',
        },
      },
    });
    expect(JSON.stringify(served)).not.toContain('GREENLIGHT_MODEL');
  });

  it('leaves its alias and its versions to the rollouts', () => {
    expect(template.all('AWS::Lambda::Alias')).toEqual([]);
    expect(template.all('AWS::Lambda::Version')).toEqual([]);
    expect(template.properties(aliasOf(template, 'digits'))).toMatchObject({ AliasName: 'live', Endpoint: 'digits' });
  });

  it('creates its live alias and stores its settings when a rollout could start: after the rights and the state machine', () => {
    const before = aliasOf(template, 'digits').DependsOn ?? [];
    for (const type of ['AWS::StepFunctions::StateMachine', 'AWS::IAM::Role'])
      expect([type, before.some((id) => template.all(type).some((one) => one.id === id))]).toEqual([type, true]);
  });

  it('answers at a URL of the live alias, for callers with IAM rights', () => {
    const [url] = template.all('AWS::Lambda::Url').filter(({ Properties }) => Properties.Qualifier === 'live');
    expect(url?.Properties).toMatchObject({ Qualifier: 'live', AuthType: 'AWS_IAM', InvokeMode: 'BUFFERED' });
    expect(url?.DependsOn).toContain(aliasOf(template, 'digits').id);
    expect(template.all('AWS::Lambda::Permission').filter((one) => one.Properties.Principal === '*')).toEqual([]);
  });

  it.each([lambda.FunctionUrlAuthType.AWS_IAM, lambda.FunctionUrlAuthType.NONE])(
    'shows green to testers at a URL of its own, which wants a signature where the live one says %s',
    (functionUrlAuth) => {
      const given = new Template([{ name: 'digits' }], { functionUrlAuth });
      const preview = given.all('AWS::Lambda::Url').find(({ Properties }) => Properties.Qualifier === 'preview');
      expect(preview?.Properties).toMatchObject({ AuthType: 'AWS_IAM', InvokeMode: 'BUFFERED' });
      expect(preview?.DependsOn).toContain(aliasOf(given, 'digits').id);
      expect(given.properties(aliasOf(given, 'digits'))).toMatchObject({ PreviewAliasName: 'preview' });
      const open = given.all('AWS::Lambda::Permission').filter((one) => one.Properties.Principal === '*');
      expect(JSON.stringify(open)).not.toContain(':preview');
      expect(JSON.stringify(given.json.Outputs)).toContain('PreviewUrl');
    },
  );

  it('answers everybody only when told to', () => {
    const open = new Template([{ name: 'digits' }], { functionUrlAuth: lambda.FunctionUrlAuthType.NONE });
    const permissions = open.all('AWS::Lambda::Permission').filter((one) => one.Properties.Principal === '*');
    expect(permissions.map((one) => one.Properties.Action).sort()).toEqual([
      'lambda:InvokeFunction',
      'lambda:InvokeFunctionUrl',
    ]);
    for (const one of permissions) {
      expect(open.properties(one).FunctionName).toMatch(/\.Arn>:live$/);
      expect(one.DependsOn).toContain(aliasOf(open, 'digits').id);
    }
  });

  it('is rolled out again when its code or its settings change, and only then', () => {
    const same = new Template([{ name: 'digits', memoryMB: 2048 }, { name: 'other' }]);
    expect(fingerprint(same)).toBe(fingerprint(template));
    expect(fingerprint(new Template([{ name: 'digits', memoryMB: 3008 }]))).not.toBe(fingerprint(template));
    expect(fingerprint(new Template([{ name: 'digits', memoryMB: 2048, watchMinutes: 5 }]))).not.toBe(
      fingerprint(template),
    );
    expect(aliasOf(same, 'digits').id).toBe(aliasOf(template, 'digits').id);
  });
});

describe("a user's own function, in a user's own app", () => {
  const synth = (code: string) => {
    const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Shop', {});
    stack.node.setContext('aws:cdk:bundling-stacks', []);
    const own = new lambda.Function(stack, 'Own', {
      code: lambda.Code.fromInline(code),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
    });
    const endpoint = new Greenlight(stack, 'Models').addEndpoint(
      { name: 'prices', gates: { predictions: false } },
      { function: own },
    );
    own.addEnvironment('SET_LATER', '1');
    const json: unknown = (stack.node.root as App).synth().getStackByName('Shop').template;
    return { template: Template.from(json as Record<string, unknown>), stack, endpoint };
  };
  const shop = synth('exports.handler = async () => 1');

  it('is the endpoint', () => {
    expect(configOf(shop.template, 'prices')).toMatchObject({
      builtIn: false,
      functionName: expect.stringMatching(/^<Own/) as unknown,
    });
    expect(JSON.stringify(shop.template.properties(aliasOf(shop.template, 'prices')))).toContain('<Own');
  });

  it('may read its models', () => {
    const policies = shop.template.all('AWS::IAM::Policy').filter(({ id }) => id.startsWith('OwnServiceRole'));
    expect(JSON.stringify(policies.map((one) => shop.template.properties(one)))).toContain('/models/prices/*');
  });

  it('is rolled out again when its code changes', () => {
    const changed = synth('exports.handler = async () => 2');
    expect(fingerprint(changed.template, 'prices')).not.toBe(fingerprint(shop.template, 'prices'));
    expect(fingerprint(synth('exports.handler = async () => 1').template, 'prices')).toBe(
      fingerprint(shop.template, 'prices'),
    );
  });

  it('lets callers in through the live alias alone', () => {
    const { stack, endpoint } = synth('exports.handler = async () => 1');
    expect(JSON.stringify(stack.resolve(endpoint.liveAliasArn))).toMatch(/:live/);
  });

  it('shares a stack with one Greenlight only', () => {
    const { stack } = synth('exports.handler = async () => 1');
    expect(() => new Greenlight(stack, 'Second')).toThrow('the stack Shop has a Greenlight already');
  });
});

it('judges a function of your own that counts its answers by every gate, and keeps no labels for it', () => {
  const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Shop', {});
  stack.node.setContext('aws:cdk:bundling-stacks', []);
  const own = new lambda.Function(stack, 'Own', {
    runtime: lambda.Runtime.PYTHON_3_13,
    handler: 'index.handler',
    code: lambda.Code.fromInline('handler = None'),
  });
  new Greenlight(stack, 'Models').addEndpoint(
    { name: 'churn', suffix: '.pkl' },
    { function: own, countsAnswers: true },
  );
  const json: unknown = (stack.node.root as App).synth().getStackByName('Shop').template;
  const shop = Template.from(json as Record<string, unknown>);
  expect(configOf(shop, 'churn')).toMatchObject({
    builtIn: true,
    settings: { gates: { predictions: { harmPoints: 0.05 } } },
  });
  const policies = shop.all('AWS::IAM::Policy').filter(({ id }) => id.startsWith('OwnServiceRole'));
  const rights = JSON.stringify(policies.map((one) => shop.properties(one)));
  expect(rights).toContain('/models/churn/*');
  expect(rights).not.toMatch(/\/(feedback|labels)\//);
});

it('refuses a function of your own with a gate that nothing would count for', () => {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }));
  const own = new lambda.Function(stack, 'Own', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => ({})'),
  });
  const models = new Greenlight(stack, 'Models');
  expect(() => models.addEndpoint({ name: 'prices' }, { function: own })).toThrow(
    /prices: gates\.predictions must be false/,
  );
});
