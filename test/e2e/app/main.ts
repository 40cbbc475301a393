/* The CDK app of the end-to-end tests: `cdk --app "npx tsx test/e2e/app/main.ts"`. */
import { App, Duration } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { GreenlightStack } from '../../../lib/greenlight-stack';
import { changeCode } from './change-code';
import { endpoints, only } from './endpoints';
import { CONTEXT, STACKS } from './stacks';

const app = new App();
const architecture = app.node.tryGetContext('architecture') === 'x86_64' ? Architecture.X86_64 : Architecture.ARM_64;
/** So often that a story need not wait long for the next time. */
const often = { reconcileEvery: Duration.minutes(1), teardownEvery: Duration.minutes(1) };

new GreenlightStack(app, STACKS.several, { endpoints: Object.values(endpoints), architecture, ...often });
const one = new GreenlightStack(app, STACKS.one, {
  endpoints: [{ ...only, ...settingsFromContext() }],
  architecture,
  ...often,
});
const revision: unknown = app.node.tryGetContext(CONTEXT.codeRevision);
if (typeof revision === 'string') changeCode(one.greenlight.endpoint(only.name).function, architecture, revision);

/** Settings that a later deploy changes, as JSON. */
function settingsFromContext(): object {
  const given: unknown = app.node.tryGetContext(CONTEXT.settings);
  return typeof given === 'string' ? (JSON.parse(given) as object) : {};
}
