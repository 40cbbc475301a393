import { App, Validations } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { GreenlightStack } from '../lib/greenlight-stack';
import { endpoints } from './endpoints';

/** What the CDK CLI synthesises when this process ends. */
export const app = new App();
// `-c architecture=x86_64` for accounts, or emulators, whose functions run on x86.
new GreenlightStack(app, 'Greenlight', {
  endpoints,
  architecture: architectureOf(app.node.tryGetContext('architecture')),
});
// Refuses to synthesise what breaks AWS's security rules without a reason written beside it.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

function architectureOf(asked: unknown): Architecture {
  if (asked === undefined || asked === 'arm64') return Architecture.ARM_64;
  if (asked === 'x86_64') return Architecture.X86_64;
  throw new Error(`context architecture: must be arm64 or x86_64; got ${JSON.stringify(asked)}`);
}
