import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EndpointSettingsInput } from '../lambdas/contract/endpoint-settings';
import { Greenlight } from './greenlight';
import type { GreenlightProps } from './greenlight-props';

/** A stack with a control plane and its endpoints. */
export interface GreenlightStackProps extends StackProps, GreenlightProps {
  /** Endpoints with the built-in model server, checked together. */
  readonly endpoints: readonly EndpointSettingsInput[];
}

/** A `Greenlight` as a stack of its own, whose outputs are what a person needs next. */
export class GreenlightStack extends Stack {
  /** For what comes beside: endpoints with a function of your own, chats. */
  readonly greenlight: Greenlight;

  constructor(scope: Construct, id: string, props: GreenlightStackProps) {
    super(scope, id, { description: 'Greenlight: judged blue/green rollouts of models', ...props });
    this.greenlight = new Greenlight(this, 'Models', props);
    this.output('ModelBucket', this.greenlight.bucket.bucketName, 'Upload models under models/<endpoint>/');
    this.output(
      'StateMachineArn',
      this.greenlight.stateMachine.stateMachineArn,
      'Start a rollout here, for example with {}',
    );
    this.output('NoticesTopicArn', this.greenlight.notices.topicArn, 'Subscribe here to hear of rollouts and alarms');
    if (this.greenlight.dashboardUrl !== undefined)
      this.output('DashboardUrl', this.greenlight.dashboardUrl, 'Watch rollouts here, and act on them');
    this.outputNext(props.endpoints[0]?.name);
    this.outputAddresses(props.endpoints.map(({ name }) => name));
  }

  /**
   * A stack has 200 outputs: what a person with one endpoint looks for is one of them, those of more are where programs
   * look.
   */
  private outputAddresses([name, ...others]: readonly string[]): void {
    if (name === undefined) return;
    const { url, previewUrl } = this.greenlight.endpoint(name);
    this.output(`${pascal(name)}Url`, url, `Where ${name} answers`);
    this.output(
      `${pascal(name)}PreviewUrl`,
      previewUrl,
      `Where testers meet the next model of ${name} before users do`,
    );
    if (others.length === 0) return;
    const path = `/greenlight/${this.greenlight.plane.name}/<endpoint>/url`;
    this.output('EndpointUrls', path, 'In Parameter Store: where each of the endpoints answers; preview-url beside it');
  }

  /** What the CDK prints at the end of a deploy is the last thing that a newcomer reads. */
  private outputNext(endpoint: string | undefined): void {
    const stack = this.stackName === DEFAULT_STACK ? '' : ` --stack ${this.stackName}`;
    this.output('Next1Doctor', `${COMMAND} doctor${stack}`, 'Run this first: what is still missing, and the commands');
    if (endpoint === undefined) return;
    this.output(
      'Next2Upload',
      `${COMMAND} upload MODEL.onnx --endpoint ${endpoint} --wait${stack}`,
      'Then this: the first model is in service a minute later',
    );
    this.output(
      'Next3Traffic',
      `${COMMAND} traffic ${endpoint} --rpm 600${stack}`,
      'And this, where no one calls it yet: a canary needs requests to prove anything',
    );
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}

/**
 * Copied from any folder: where the package is not installed, npx must not fetch what has its name in a public
 * registry.
 */
const COMMAND = 'npx --no-install greenlight';
/** Commands look there unless they are told another. */
const DEFAULT_STACK = 'Greenlight';

/** fraud-check → FraudCheck: an output's name has letters and digits only. */
const pascal = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
