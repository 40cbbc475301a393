import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, CfnParameter, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { GreenlightControlPlane } from '../../../lib/control-plane';
import type { IGreenlightControlPlane } from '../../../lib/plane-facts';
import { GreenlightEndpoint } from '../../../lib/endpoint';
import { Greenlight } from '../../../lib/greenlight';
import { synthTemplate } from '../../../lib/synthesise';
import { synthesise } from '../../../tools/scale/synth-sizes';

const newApp = () => new App({ context: { 'aws:cdk:bundling-stacks': [] }, builtinCloudFormationValidation: false });
const endpoints = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `model-${at}` }));

const GUIDE = readFileSync(join(__dirname, '../../../docs/guides/many-endpoints.md'), 'utf8');

/** With so many, bytes are what is short. */
const NAMES = Array.from({ length: 1000 }, (_, at) => `class ${at} ${'x'.repeat(40)}`);

describe('a control plane', () => {
  it('is the same template to the byte whatever number of endpoints register with it', () => {
    const [one, many] = [synthesise(1), synthesise(25, 5)];
    expect(many[0]).toEqual(one[0]);
    // As one of a thousand endpoints is; `npm run synth:sizes` prints those.
    expect(many.slice(1).map(({ resources }) => resources)).toEqual(Array(5).fill(many[1]?.resources));
    for (const { bytes, resources } of many) expect([bytes < 400_000, resources <= 450]).toEqual([true, true]);
    // What the guide says of one endpoint: bytes may move a little from change to change.
    for (const { resources, bytes } of one) {
      const [, said] = new RegExp(`\\b${resources} resources, (\\d+) KB`).exec(GUIDE) ?? [];
      expect(Math.abs(Number(said) * 1000 - bytes) / bytes).toBeLessThan(0.05);
    }
  });

  it('has waves that fit into one item of the table', () => {
    const withWaves = (waves: readonly number[]) => () =>
      new GreenlightControlPlane(new Stack(newApp(), 'S'), 'Plane', { name: 'p', rollouts: { waves } });
    expect(withWaves([1, 201])).toThrow(/rollouts\.waves\[1\] is 201: must be a whole number of 1 to 200/);
    expect(withWaves([1, 0])).toThrow(/rollouts\.waves\[1\] is 0/);
    expect(withWaves([1, 200])).not.toThrow();
  });

  it('has a name that other names can be made of', () => {
    for (const name of ['', 'a b', 'x'.repeat(73)])
      expect(() => new GreenlightControlPlane(new Stack(newApp(), 'S'), 'Plane', { name })).toThrow(
        /^1 problem[^]*the control plane's name is .*: must be 1 to 72 letters, digits and hyphens/,
      );
  });
});

describe('one stack for all', () => {
  it('is refused above what fits, with the number and the way out', () => {
    const refused = () => synthTemplate(endpoints(50));
    expect(refused).toThrow(/SettingsRefused|1 problem/);
    const [, fit] =
      /has \d+ resources .* at most (\d+) of these endpoints fit\. Put the others into stacks/.exec(said(refused)) ??
      [];
    expect(said(refused)).toContain("GreenlightControlPlane.fromName(this, 'Plane', 'Greenlight')");
    expect(GUIDE).toContain(`which is ${fit} endpoints`);
    expect(said(() => synthTemplate(endpoints(Number(fit))))).toBe('');
    expect(said(() => synthTemplate(endpoints(Number(fit) + 1)))).toContain(`at most ${fit} of these endpoints fit`);
  });

  it('is refused for the bytes of the file that is uploaded, before CloudFormation does', () => {
    const file = (count: number, suppressTemplateIndentation = false): number => {
      const app = newApp();
      const stack = new Stack(app, 'Shop', { suppressTemplateIndentation });
      new Greenlight(stack, 'Models', { endpoints: endpoints(count).map((one) => ({ ...one, classNames: NAMES })) });
      return statSync(app.synth().getStackByName('Shop').templateFullPath).size;
    };
    const refused = /a template of (\d{7}) bytes with \d+ endpoints, and .* 500 and 1000000: at most (\d+) of these/;
    const [, , fit] = refused.exec(said(() => file(20))) ?? [];
    expect(file(Number(fit))).toBeLessThanOrEqual(1_000_000);
    const [, bytes, same] = refused.exec(said(() => file(Number(fit) + 1))) ?? [];
    expect([Number(bytes) > 1_000_000, same]).toEqual([true, fit]);
    expect(file(Number(fit) + 1, true)).toBeLessThan(1_000_000);
  });

  it('fits with few endpoints whatever their settings', () => {
    const largest = Array.from({ length: 1000 }, (_, at) => `${at} ${'x'.repeat(64)}`.slice(0, 64));
    const template = synthTemplate(endpoints(8).map((one) => ({ ...one, classNames: largest })));
    expect(Buffer.byteLength(JSON.stringify(template, undefined, 1))).toBeLessThan(1_000_000);
  });

  it('tells by outputs the addresses of its first endpoint, and where those of the others are', () => {
    const outputsOf = (count: number) =>
      Object.keys(synthTemplate(endpoints(count)).Outputs as object).filter((one) => one.includes('Url'));
    expect(outputsOf(1)).toEqual(['DashboardUrl', 'Model0Url', 'Model0PreviewUrl']);
    expect(outputsOf(9)).toEqual(['DashboardUrl', 'Model0Url', 'Model0PreviewUrl', 'EndpointUrls']);
  });

  it('counts what else is in the stack', () => {
    const stack = new Stack(newApp(), 'Shop');
    new Greenlight(stack, 'Models', { endpoints: endpoints(30) });
    for (let at = 0; at < 10; at += 1) new CfnParameter(stack, `P${at}`);
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });
});

it('an endpoint refuses what its control plane of another stack has no rule for, by all values', () => {
  const stack = new Stack(newApp(), 'Team');
  const plane = GreenlightControlPlane.fromName(stack, 'Plane', 'prod');
  expect(() => new GreenlightEndpoint(stack, 'A', { plane, name: 'a', feedback: { keepDays: 45 } })).toThrow(
    /feedback.keepDays is 45: must be one of 1, 3, 7, 14, 30, .* where the control plane is in another stack/,
  );
  expect(() => new GreenlightEndpoint(stack, 'B', { plane, name: 'b', feedback: { keepDays: 90 } })).not.toThrow();
});

it('exports nothing between stacks of one app, and deploys the control plane first', () => {
  const app = newApp();
  const plane = new GreenlightControlPlane(new Stack(app, 'Platform'), 'Plane', { name: 'prod' });
  const team = new Stack(app, 'Team');
  new GreenlightEndpoint(team, 'Fraud', { plane, name: 'fraud' });
  const assembly = app.synth();
  const text = JSON.stringify(assembly.stacks.map(({ template }) => template as unknown));
  expect(text).not.toMatch(/Fn::ImportValue|"Export"/);
  expect(assembly.getStackByName('Team').dependencies.map(({ id }) => id)).toContain('Platform');
});

describe('stacks of one app', () => {
  const made = (scope: Stack) => new GreenlightControlPlane(scope, 'Plane', { name: 'prod' });
  const found = (scope: Stack) => GreenlightControlPlane.fromName(scope, 'Plane', 'prod');
  const endpoint = (scope: Stack, plane: IGreenlightControlPlane) =>
    new GreenlightEndpoint(scope, 'Fraud', { plane, name: 'fraud' });

  it('may nest that of an endpoint in that of its control plane, which is made first', () => {
    const app = newApp();
    const platform = new Stack(app, 'Platform');
    const plane = made(platform);
    endpoint(new NestedStack(new NestedStack(platform, 'Team'), 'Models'), plane);
    const { Resources } = app.synth().getStackByName('Platform').template as {
      readonly Resources: Readonly<Record<string, { readonly Type: string; readonly DependsOn?: readonly string[] }>>;
    };
    const [nested] = Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudFormation::Stack');
    const facts = Object.keys(Resources).filter((id) => Resources[id]!.Type === 'AWS::SSM::Parameter');
    const needed = ['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::StepFunctions::StateMachine'];
    expect([facts.length > 5, nested?.DependsOn]).toEqual([true, expect.arrayContaining(facts)]);
    expect(nested?.DependsOn?.map((id) => Resources[id]!.Type)).toEqual(expect.arrayContaining(needed));
  });

  it('are left in their order where the control plane was found by its name', () => {
    const app = newApp();
    const [a, b] = [new Stack(app, 'A'), new Stack(app, 'B')];
    const plane = found(a);
    endpoint(new NestedStack(a, 'Nested'), plane);
    new CfnOutput(a, 'Url', { value: endpoint(b, plane).url });
    const assembly = app.synth();
    const dependencies = (name: string) => assembly.getStackByName(name).dependencies.map(({ id }) => id);
    expect([dependencies('A').includes('B'), dependencies('B').includes('A')]).toEqual([true, false]);
  });

  it('may be in two stages, whose order is a pipeline’s', () => {
    const app = newApp();
    const plane = made(new Stack(new Stage(app, 'First'), 'Platform'));
    endpoint(new Stack(new Stage(app, 'Second'), 'Team'), plane);
    expect(() => app.synth()).not.toThrow();
  });

  it('are refused where an endpoint would look for its control plane before that is there', () => {
    const app = newApp();
    const team = new Stack(app, 'Team');
    const plane = made(new NestedStack(team, 'Platform'));
    expect(() => endpoint(team, plane)).toThrow(
      /the control plane prod is in Team\/Platform, nested in the stack of its/,
    );
    expect(() => endpoint(new NestedStack(team, 'Models'), plane)).not.toThrow();
    expect(() => app.synth()).not.toThrow();
  });
});

function said(act: () => unknown): string {
  try {
    act();
    return '';
  } catch (error) {
    return String(error);
  }
}
