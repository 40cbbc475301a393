/* An app without types: a control plane, and in a stack of a team two endpoints and a function of its own. */
import { App, SecretValue, Stack } from 'aws-cdk-lib';
import { Architecture, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { GreenlightControlPlane, GreenlightEndpoint, NoticeChannel, slack } from 'greenlight';

const app = new App();
const architecture = app.node.tryGetContext('architecture') === 'x86_64' ? Architecture.X86_64 : Architecture.ARM_64;
const greenlight = new GreenlightControlPlane(new Stack(app, 'PackagePlatform'), 'Plane', {
  name: 'prod',
  architecture,
});
new NoticeChannel(greenlight, 'Slack', {
  greenlight,
  to: slack({ channel: 'C024BE91L', botToken: SecretValue.secretsManager('slack') }),
});

const team = new Stack(app, 'PackageTeam');
const plane = GreenlightControlPlane.fromName(team, 'Plane', 'prod');
new GreenlightEndpoint(team, 'Digits', { plane, name: 'digits', architecture });
new GreenlightEndpoint(team, 'Loans', { plane, name: 'loans', architecture, strategy: 'Progressive' });
new GreenlightEndpoint(team, 'Ranked', {
  plane,
  name: 'ranked',
  suffix: '.json',
  gates: { predictions: false },
  feedback: false,
  function: new Function(team, 'Ranker', {
    runtime: Runtime.NODEJS_24_X,
    architecture,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
  }),
});
