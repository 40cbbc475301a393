import { Lazy, Stack, Stage, Token, Tokenization } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IConstruct, type IDependable } from 'constructs';
import type { RolloutHandler } from './handlers';
import { SettingsRefused } from './settings/settings-refused';
import { LABEL_DAYS } from './storage';

/** A control plane as its endpoints see it: made in their stack, or found by its name. */
export interface IGreenlightControlPlane extends IConstruct {
  /** By which it is found. */
  readonly name: string;
  /** Models are uploaded under models/<endpoint>/. */
  readonly bucket: IBucket;
  /** Notices of rollouts, requests for approval, alarms. */
  readonly notices: ITopic;
  /** @internal The function that registers endpoints. */
  readonly registrationArn: string;
  /** @internal How often each endpoint is looked at. */
  readonly reconcileSeconds: number;
  /** @internal The key of the bucket with models, which endpoints use too; undefined where there is none. */
  readonly keyArn: string | undefined;
  /** @internal The role of a handler that some endpoints give a right of their own. */
  roleOf(handler: NamedRole): iam.IRole;
  /**
   * @internal Sees to it that labels go after so many days. Throws SettingsRefused where the control plane's stack has
   *   no rule for that.
   */
  keepLabels(days: number): void;
  /** @internal What of this stack must be there before a rollout may start. */
  neededByRollouts(): readonly IDependable[];
}

/**
 * Handlers that an endpoint's stack may give a right: to its hooks, and to a golden set or samples in an unusual place.
 */
const NAMED_ROLES = [
  'call-hook',
  'validate-model',
  'verify-green',
  'replay-traffic',
] as const satisfies RolloutHandler[];
type NamedRole = (typeof NAMED_ROLES)[number];

/** Parameters beneath `/greenlight/<control plane>/control-plane/`: the contract between stacks, so never renamed. */
const FACTS = {
  bucket: ['Where models are uploaded, under models/<endpoint>/', ({ bucket }) => bucket.bucketName],
  table: ['What should be live, the locks and the history', ({ table }) => table.tableName],
  'state-machine': ['Rolls out', ({ stateMachine }) => stateMachine.stateMachineArn],
  'notices-topic': ['Notices of rollouts, requests for approval, alarms', ({ notices }) => notices.topicArn],
  'registration-function': [
    'Registers endpoints, for the stacks that have some',
    ({ registrationArn }) => registrationArn,
  ],
  'key-arn': [
    'The key of the bucket',
    (plane) => Lazy.string({ produce: () => plane.keyArn ?? noKeyOf(Stack.of(plane)) }),
  ],
  'reconcile-seconds': ['How often each endpoint is looked at', ({ reconcileSeconds }) => String(reconcileSeconds)],
} as const satisfies Readonly<Record<string, readonly [description: string, of: (plane: MadeHere) => string]>>;
type Fact = keyof typeof FACTS | `${NamedRole}-role`;

/** A parameter is never empty, and a policy takes ARNs alone: ids of keys are UUIDs, so that none has this one. */
const noKeyOf = (stack: Stack): string => stack.formatArn({ service: 'kms', resource: 'key', resourceName: 'none' });
const FACTS_ID = 'Facts';
const parameterOf = (plane: string, fact: Fact): string => `/greenlight/${plane}/control-plane/${fact}`;

interface MadeHere extends IGreenlightControlPlane {
  readonly table: ITable;
  readonly stateMachine: IStateMachine;
}

/**
 * Writes down what other stacks need to know. They read it when they are deployed: nothing is exported, so nothing is
 * locked.
 */
export function publishFacts(plane: MadeHere): void {
  const scope = new Construct(plane, FACTS_ID);
  const write = (fact: Fact, description: string, stringValue: string) =>
    new StringParameter(scope, fact, { parameterName: parameterOf(plane.name, fact), description, stringValue });
  for (const [fact, [description, of]] of Object.entries(FACTS)) write(fact as Fact, description, of(plane));
  for (const handler of NAMED_ROLES) write(`${handler}-role`, `The role of ${handler}`, plane.roleOf(handler).roleArn);
}

/** A control plane of another stack, by what that wrote down. */
class FoundControlPlane extends Construct implements IGreenlightControlPlane {
  readonly bucket: IBucket;
  readonly notices: ITopic;
  private readonly roles = new Map<NamedRole, iam.IRole>();

  constructor(
    scope: Construct,
    id: string,
    readonly name: string,
  ) {
    super(scope, id);
    this.bucket = Bucket.fromBucketName(this, 'Bucket', this.fact('bucket'));
    this.notices = Topic.fromTopicArn(this, 'Notices', this.fact('notices-topic'));
  }

  get registrationArn(): string {
    return this.fact('registration-function');
  }

  get reconcileSeconds(): number {
    return Token.asNumber(Tokenization.reverseString(this.fact('reconcile-seconds')).firstToken);
  }

  get keyArn(): string {
    return this.fact('key-arn');
  }

  roleOf(handler: NamedRole): iam.IRole {
    const role = this.roles.get(handler) ?? iam.Role.fromRoleArn(this, handler, this.fact(`${handler}-role`));
    this.roles.set(handler, role);
    return role;
  }

  keepLabels(days: number): void {
    if (LABEL_DAYS.includes(days)) return;
    throw new SettingsRefused([
      `feedback.keepDays is ${days}: must be one of ${LABEL_DAYS.join(', ')} where the control plane is in ` +
        'another stack, whose bucket deletes labels by these',
    ]);
  }

  neededByRollouts(): readonly IDependable[] {
    return [];
  }

  private fact(fact: Fact): string {
    return StringParameter.valueForStringParameter(this, parameterOf(this.name, fact));
  }
}

export const planeByName = (scope: Construct, id: string, name: string): IGreenlightControlPlane =>
  new FoundControlPlane(scope, id, name);

/**
 * The control plane as the scope's stack may refer to it. One of another stack of the app is found by its name too, and
 * deployed before: a reference across stacks would be an export, which cannot be changed while it is used. Throws
 * SettingsRefused where no order would do.
 */
export function planeSeenFrom(scope: Construct, plane: IGreenlightControlPlane): IGreenlightControlPlane {
  const [stack, home] = [Stack.of(scope), Stack.of(plane)];
  if (stack === home) return plane;
  // One that was found is elsewhere, and of two stages a pipeline says which is deployed first.
  if (!(plane instanceof FoundControlPlane) && Stage.of(stack) === Stage.of(home)) deployAfter(plane, stack, home);
  const id = `GreenlightControlPlane-${plane.name}`;
  return (stack.node.tryFindChild(id) as FoundControlPlane | undefined) ?? planeByName(stack, id, plane.name);
}

/**
 * CloudFormation reads the parameters of a stack before it makes anything in it, and those of a nested stack when it is
 * that one's turn.
 */
function deployAfter(plane: IGreenlightControlPlane, stack: Stack, home: Stack): void {
  for (let outer = home.nestedStackParent; outer !== undefined; outer = outer.nestedStackParent)
    if (outer === stack)
      throw new SettingsRefused([
        `the control plane ${plane.name} is in ${home.node.path}, nested in the stack of its endpoint, ` +
          `${stack.node.path}, which would look for it before it is there: put the endpoint into a nested stack ` +
          'too, or both into one stack',
      ]);
  const { nestedStackResource: nested } = stack;
  if (nested === undefined) stack.addStackDependency(home);
  else nested.node.addDependency(plane.node.findChild(FACTS_ID), ...plane.neededByRollouts());
}
