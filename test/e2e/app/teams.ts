/* A control plane and its endpoints' stacks: `cdk --app "npx tsx test/e2e/app/teams.ts"`. */
import { App, Stack } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { GreenlightControlPlane } from '../../../lib/control-plane';
import { GreenlightEndpoint } from '../../../lib/endpoint';
import { TEAMS } from './stacks';

const app = new App();
const architecture = app.node.tryGetContext('architecture') === 'x86_64' ? Architecture.X86_64 : Architecture.ARM_64;
const NAME = 'e2e-teams';
new GreenlightControlPlane(new Stack(app, TEAMS.platform), 'Plane', { name: NAME, architecture });
// As in repositories of their own: by the control plane's name alone.
for (const [name, stackName] of [
  ['fraud', TEAMS.fraud],
  ['loans', TEAMS.loans],
  ['fraud', TEAMS.third],
] as const) {
  const stack = new Stack(app, stackName);
  const plane = GreenlightControlPlane.fromName(stack, 'Plane', NAME);
  new GreenlightEndpoint(stack, 'Endpoint', { plane, name, architecture, memoryMB: 512, maxModelMB: 50 });
}
