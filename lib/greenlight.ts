import { CfnResource, Names, Stack, Token } from 'aws-cdk-lib';
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
import { withHooks } from './settings/hook-functions';
import { SettingsRefused } from './settings/settings-refused';

/**
 * Judged blue/green rollouts of models: a control plane and its endpoints in one stack. One per stack. More endpoints
 * than fit in there have stacks of their own, and find the control plane by its name.
 */
export class Greenlight extends Construct {
  /** What rolls out the endpoints' models; endpoints of other stacks find it by its name. */
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
    this.node.addValidation({ validate: () => this.checkFits() });
  }

  /**
   * At the end of synthesis, with whatever else is in the stack. Throws SettingsRefused: the CDK alone would only warn
   * of bytes.
   */
  private checkFits(): string[] {
    const { size } = this.endpoints;
    if (size <= FEW) return [];
    const stack = Stack.of(this);
    const { _suppressTemplateIndentation: isDense } = stack as unknown as Synthesised;
    const template = (stack as unknown as Synthesised)._toCloudFormation();
    const bytesOf = (of: WrittenTemplate) => Buffer.byteLength(JSON.stringify(of, undefined, isDense ? undefined : 1));
    const [resources, bytes] = [Object.keys(template.Resources).length, bytesOf(template)];
    if (resources <= MOST_RESOURCES && bytes <= MOST_BYTES) return [];
    const ids = this.node.children
      .filter(({ node: { id } }) => id.startsWith(ENDPOINT_ID))
      .flatMap(({ node }) => node.findAll().filter((one) => CfnResource.isCfnResource(one)))
      .map(({ logicalId }) => stack.resolve(logicalId) as string);
    const ofEndpoints = Object.fromEntries(ids.map((id) => [id, template.Resources[id]]));
    const room = (most: number, all: number, own: number): number => Math.floor(((most - all + own) * size) / own);
    const fit = Math.min(
      room(MOST_RESOURCES, resources, ids.length),
      room(MOST_BYTES, bytes, bytesOf({ Resources: ofEndpoints })),
    );
    throw new SettingsRefused([
      `the stack ${stack.stackName} has ${resources} resources and a template of ${bytes} bytes with ${size} ` +
        `endpoints, and CloudFormation takes ${MOST_RESOURCES} and ${MOST_BYTES}: at most ${fit} of these ` +
        'endpoints fit. Put the others into stacks of their own: new GreenlightEndpoint(this, …, { plane: ' +
        `GreenlightControlPlane.fromName(this, 'Plane', '${this.plane.name}'), … }); see ` +
        'docs/guides/many-endpoints.md',
    ]);
  }

  /** Models are uploaded under models/<endpoint>/. */
  get bucket(): IBucket {
    return this.plane.bucket;
  }

  /** What should be live, the locks, the waiting uploads, the history. */
  get table(): ITable {
    return this.plane.table;
  }

  /** Each of its executions is a rollout; `{}` rolls out the newest model of the only endpoint. */
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
    const { name } = withHooks(checked as EndpointSettings, options.hooks);
    const { functionUrlAuth, architecture, logRetention } = this.props;
    const made = new GreenlightEndpoint(this, `${ENDPOINT_ID}${name}`, {
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

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_RESOURCES = 500;
const MOST_BYTES = 1_000_000;
/** So many fit whatever their settings are: the largest have a thousand class names, of 67 KB. */
const FEW = 8;
/** Of an endpoint's construct, and of its function's beside it. */
const ENDPOINT_ID = 'Endpoint-';

interface WrittenTemplate {
  readonly Resources: Readonly<Record<string, unknown>>;
}

/** How `synth` makes the file that is uploaded, which the CDK does not declare. */
interface Synthesised {
  _toCloudFormation(): WrittenTemplate;
  readonly _suppressTemplateIndentation: boolean;
}

/** Names of state machines and dashboards come from it; see `GreenlightControlPlaneProps.name`. */
function stackName(scope: Greenlight): string {
  const { stackName: name } = Stack.of(scope);
  const usable = !Token.isUnresolved(name) && name.length <= 72;
  return usable ? name : Names.uniqueResourceName(scope, { maxLength: 72, separator: '-' });
}
