import type { DeployedResource } from './template';
import type { EngineClock } from './clock';
import { AwsError, type ServiceName } from './service';
import type { RequiredAction } from './iam/action-table';
import type { ResourcePolicies } from './iam/resource-policies';
import { roleStatements } from './iam/role-statements';
import { applies, type Statement } from './iam/statement';

/** A permission that a function or a role used, or that its policies grant. */
export interface Permission {
  /** Logical id of the function, or of the role where no function is behind the call (the state machine's). */
  readonly logicalId: string;
  readonly action: string;
  readonly resource: string;
}

type ByRole = ReadonlyMap<string, readonly Statement[]>;

/** What one deployment's roles allow, with the answers given so far: every call of a world asks, mostly the same. */
interface Allowed {
  readonly from: number;
  readonly statements: ByRole;
  readonly answers: Map<string, boolean>;
}

/** What the deployed roles allow, by identity-based policies alone. */
export class Permissions {
  /** Seconds until a policy that was written is everywhere; AWS gives no promise. Settable at any time. @default 0 */
  settlesInSeconds = 0;
  /** What the roles allowed from when on, oldest first. */
  private written: readonly Allowed[] = [];
  private roles: ReadonlyMap<string, string> = new Map();
  /** Of functions, by their names, as a request's context has them. */
  private tags: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map();
  private readonly uses = new Map<string, Permission>();
  /** What a person took away from a function's role, or from a role by its name, since the deployment; settable. */
  withheld: (whose: string, action: string, resource: string) => boolean = () => false;

  constructor(
    private readonly account: string,
    private readonly clock: Pick<EngineClock, 'now'>,
    private readonly resourcePolicies: ResourcePolicies,
  ) {}

  /** Reads the roles and policies that are deployed. */
  load(resources: readonly DeployedResource[]): void {
    const now = this.clock.now();
    const settled = this.written.filter(({ from }) => from <= now).slice(-1);
    const settling = this.written.filter(({ from }) => from > now);
    const from = now + this.settlesInSeconds * 1000;
    this.written = [...settled, ...settling, { from, statements: roleStatements(resources), answers: new Map() }];
    const functions = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
    this.roles = new Map(functions.map(({ id, properties }) => [id, String(properties.Role)]));
    this.tags = new Map(functions.map(({ properties, deployed }) => [deployed.ref, tagContext(properties.Tags)]));
  }

  /**
   * Checks a call of a function, and what it needs of keys. @throws AwsError AccessDeniedException, or AccessDenied
   * from S3
   */
  check(logicalId: string, service: ServiceName, required: readonly RequiredAction[]): void {
    const role = this.roles.get(logicalId);
    for (const one of [...required, ...this.resourcePolicies.rightsToKeys(required)]) {
      if (role === undefined || this.withheld(logicalId, one.action, one.resource) || !this.allows(role, one))
        throw denied(service, this.session(role, logicalId), one);
      this.use(logicalId, one);
    }
  }

  /** Whether Lambda may read a function's source of events, which it does with the function's role. */
  passes(logicalId: string, service: ServiceName, required: readonly RequiredAction[]): boolean {
    try {
      this.check(logicalId, service, required);
      return true;
    } catch {
      return false;
    }
  }

  /** Checks a call by a role itself, as Step Functions and the Scheduler make them. */
  checkRole(roleArn: string, required: RequiredAction): void {
    const name = roleArn.replace(/^.*:role\//, '');
    if (this.withheld(name, required.action, required.resource) || !this.allows(roleArn, required))
      throw denied('lambda', this.session(roleArn, 'service'), required);
    this.use(name, required);
  }

  /** Whether a function may do something, without a record of use. */
  may(logicalId: string, required: RequiredAction): boolean {
    return this.allows(this.roles.get(logicalId) ?? '', required);
  }

  /** Every permission that was needed so far, once. */
  used(): readonly Permission[] {
    return [...this.uses.values()];
  }

  /** Every action and resource pattern that the functions' roles allow, as their policies write them. */
  granted(): readonly Permission[] {
    return [...this.roles].flatMap(([logicalId, role]) => this.grantsOf(logicalId, role));
  }

  /** What a role of the template allows, for a role that no function has. */
  grantedToRole(roleArn: string): readonly Permission[] {
    return this.grantsOf(roleArn.replace(/^.*:role\//, ''), roleArn);
  }

  private grantsOf(logicalId: string, role: string): readonly Permission[] {
    const allows = (this.inForce()?.statements.get(role) ?? []).filter(({ effect }) => effect === 'Allow');
    return allows.flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => ({ logicalId, action, resource }))),
    );
  }

  private inForce(): Allowed | undefined {
    const now = this.clock.now();
    return this.written.findLast(({ from }) => from <= now);
  }

  private allows(role: string, { action, resource, context }: RequiredAction): boolean {
    const { statements, answers } = this.inForce() ?? {};
    if (!statements || !answers) return false;
    const question = `${role}\n${action}\n${resource}${context ? `\n${JSON.stringify(context)}` : ''}`;
    const known = answers.get(question);
    if (known !== undefined) return known;
    // A version and an alias have the tags of their function.
    const [, functionName = ''] = /^arn:[^:]*:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(resource) ?? [];
    const tags = this.tags.get(functionName);
    const request = { 'aws:SecureTransport': 'true', 'aws:ResourceAccount': this.account, ...tags, ...context };
    const speaking = (statements.get(role) ?? []).filter((one) => applies(one, action, resource, request));
    const answer = speaking.length > 0 && speaking.every(({ effect }) => effect === 'Allow');
    answers.set(question, answer);
    return answer;
  }

  private use(logicalId: string, { action, resource }: RequiredAction): void {
    const key = `${logicalId} ${action} ${resource}`;
    if (!this.uses.has(key)) this.uses.set(key, { logicalId, action, resource });
  }

  private session(role: string | undefined, session: string): string {
    const name = (role ?? '').replace(/^.*:role\//, '');
    return `arn:aws:sts::${this.account}:assumed-role/${name}/${session}`;
  }
}

function tagContext(tags: unknown): Readonly<Record<string, string>> {
  const all = (tags ?? []) as readonly { readonly Key: string; readonly Value: string }[];
  return Object.fromEntries(all.map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value]));
}

function denied(service: ServiceName, user: string, { action, resource }: RequiredAction): AwsError {
  return new AwsError(
    service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based ` +
      `policy allows the ${action} action`,
    403,
  );
}
