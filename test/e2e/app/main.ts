/* The CDK app of the end-to-end tests: `cdk --app "npx tsx test/e2e/app/main.ts"`. */
import { App, CfnOutput, Duration } from 'aws-cdk-lib';
import { Architecture, Code, Function, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { GreenlightStack } from '../../../lib/greenlight-stack';
import { changeCode } from './change-code';
import { churn, endpoints, HOOK, only, PYTHON_PATH } from './endpoints';
import { CONTEXT, STACKS } from './stacks';

const app = new App();
const architecture = app.node.tryGetContext('architecture') === 'x86_64' ? Architecture.X86_64 : Architecture.ARM_64;
const several = new GreenlightStack(app, STACKS.several, {
  endpoints: Object.values(endpoints),
  architecture,
  // So often that a story need not wait long for the next time.
  reconcileEvery: Duration.minutes(1),
  teardownEvery: Duration.minutes(1),
});
new Function(several, 'Hook', {
  functionName: HOOK,
  runtime: Runtime.NODEJS_24_X,
  architecture,
  handler: 'index.handler',
  code: Code.fromAsset('test/e2e/app/hook'),
  timeout: Duration.seconds(20),
});
const python = new Function(several, 'Churn', {
  runtime: Runtime.PYTHON_3_13,
  architecture,
  handler: 'app.handler',
  code: Code.fromAsset('examples/python-endpoint', { exclude: ['__pycache__', 'test_*', 'train.py', 'server.py'] }),
  memorySize: 1024,
  timeout: Duration.seconds(15),
  loggingFormat: LoggingFormat.JSON,
  environment: { PYTHONPATH: process.env[PYTHON_PATH] ?? '' },
});
const { url } = several.greenlight.addEndpoint(churn, { function: python, countsAnswers: true });
new CfnOutput(several, 'ChurnUrl', { value: url });
const one = new GreenlightStack(app, STACKS.one, {
  endpoints: [{ ...only, ...settingsFromContext() }],
  architecture,
});
const revision: unknown = app.node.tryGetContext(CONTEXT.codeRevision);
if (typeof revision === 'string') changeCode(one.greenlight.endpoint(only.name).function, architecture, revision);

/** Settings that a later deploy changes, as JSON. */
function settingsFromContext(): object {
  const given: unknown = app.node.tryGetContext(CONTEXT.settings);
  return typeof given === 'string' ? (JSON.parse(given) as object) : {};
}
