import { Names, Stack, Token } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { EndpointSettings, EndpointSettingsInput } from '../lambdas/contract/endpoint-settings';
import { GreenlightControlPlane } from './control-plane';
import { type AddEndpointOptions, GreenlightEndpoint } from './endpoint';
import type { GreenlightProps } from './greenlight-props';
import { secure } from './security';
import { checkSettings } from './settings/check-settings';
import { sorted, withHooks } from './settings/hook-functions';

/**
 * Judged blue/green rollouts of models: a control plane and its endpoints in one stack. One per stack. More endpoints
 * than fit in there have stacks of their own, and find the control plane by its name.
 */
export class Greenlight extends Construct {
  readonly plane: GreenlightControlPlane;
  private readonly endpoints = new Map<string, GreenlightEndpoint>();

  /** Throws SettingsRefused with every problem of all `endpoints`. */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: GreenlightProps = {},
  ) {
    super(scope, id);
    const { endpoints = [], name = stackName(this) } = props;
    checkSettings(endpoints);
    if (props.security !== undefined) secure(this, props.security);
    // The id leaves no trace in logical ids: what was deployed before there were control planes stays where it is.
    this.plane = new GreenlightControlPlane(this, 'Default', { ...props, name });
    for (const one of endpoints) this.addEndpoint(one);
  }

  /** Models are uploaded under models/<endpoint>/. */
  get bucket(): IBucket {
    return this.plane.bucket;
  }

  get table(): ITable {
    return this.plane.table;
  }

  get stateMachine(): IStateMachine {
    return this.plane.stateMachine;
  }

  /** Notices of rollouts, requests for approval, alarms. */
  get notices(): ITopic {
    return this.plane.notices;
  }

  /** Where an event ends that could not be delivered; it has an alarm. */
  get deadLetters(): IQueue {
    return this.plane.deadLetters;
  }

  /** Chats and pagers that are told, by their paths: each `NoticeChannel` adds itself. */
  get channels(): string[] {
    return this.plane.channels;
  }

  /** Where people watch rollouts in the console; undefined without a dashboard. */
  get dashboardUrl(): string | undefined {
    return this.plane.dashboardUrl;
  }

  /** Adds an endpoint. Throws SettingsRefused with every problem of its settings. */
  addEndpoint(settings: EndpointSettingsInput, options: AddEndpointOptions = {}): GreenlightEndpoint {
    const [checked] = checkSettings([settings], [...this.endpoints.keys()]);
    const { name } = withHooks(checked as EndpointSettings, sorted(options.hooks ?? {}).functions);
    const { functionUrlAuth, architecture, logRetention } = this.props;
    const made = new GreenlightEndpoint(this, `Endpoint-${name}`, {
      ...settings,
      ...options,
      hooks: { ...settings.hooks, ...options.hooks },
      plane: this.plane,
      ...(functionUrlAuth && { functionUrlAuth }),
      ...(architecture && { architecture }),
      ...(logRetention !== undefined && { logRetention }),
    });
    this.endpoints.set(name, made);
    return made;
  }

  /** The endpoint of that name. Throws when there is none. */
  endpoint(name: string): GreenlightEndpoint {
    const found = this.endpoints.get(name);
    if (found === undefined)
      throw new Error(`no endpoint "${name}"; there are: ${[...this.endpoints.keys()].join(', ')}`);
    return found;
  }
}

/** Names of state machines and dashboards come from it; see `GreenlightControlPlaneProps.name`. */
function stackName(scope: Greenlight): string {
  const { stackName: name } = Stack.of(scope);
  const usable = !Token.isUnresolved(name) && name.length <= 72;
  return usable ? name : Names.uniqueResourceName(scope, { maxLength: 72, separator: '-' });
}
