/* An app of a team that has installed the package: one stack with two endpoints and a function of their own. */
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Architecture, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { type EndpointSettingsInput, Greenlight, type GreenlightEndpoint } from 'greenlight';

const app = new App();
const stack = new Stack(app, 'PackageTypeScript');
const architecture = app.node.tryGetContext('architecture') === 'x86_64' ? Architecture.X86_64 : Architecture.ARM_64;

const digits = { name: 'digits', memoryMB: 512, maxModelMB: 50, strategy: 'AllAtOnce', watchMinutes: 0 } as const;
const loans: EndpointSettingsInput = {
  name: 'loans',
  strategy: { steps: [{ weight: 10, bakeMinutes: 5 }] },
  gates: { latency: false, errors: { harm: { points: 0.1 } } },
  approval: { mode: 'before-promote' },
};
// @ts-expect-error: a strategy that there is not
const wrong: EndpointSettingsInput = { name: 'wrong', strategy: 'AllAtonce' };
// @ts-expect-error: a setting that there is not
const misspelt: EndpointSettingsInput = { name: 'misspelt', memoryMb: 512 };

const greenlight = new Greenlight(stack, 'Models', { endpoints: [digits, loans], architecture });
const ranker = new Function(stack, 'Ranker', {
  runtime: Runtime.NODEJS_24_X,
  architecture,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
});
const own: GreenlightEndpoint = greenlight.addEndpoint(
  { name: 'ranker', suffix: '.json', gates: { predictions: false }, feedback: false },
  { function: ranker },
);
new CfnOutput(stack, 'Url', { value: own.url, description: `not ${wrong.name}, not ${misspelt.name}` });
