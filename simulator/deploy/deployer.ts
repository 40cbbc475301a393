import { AwsError } from '../service';
import {
  DeploymentFailed,
  type Deployed,
  type DeployedResource,
  type Template,
  type TemplateResource,
  referencesIn,
} from '../template';
import { resolver, type Resolve } from './intrinsics';
import { customResource } from './resources/custom-resource';
import { FUNCTIONS } from './resources/functions';
import { PASSIVE } from './resources/passive';
import { STORAGE } from './resources/storage';
import { WORKFLOW } from './resources/workflow';
import type { ResourceType, Stage } from './stage';

interface KeptResource {
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deployed: Deployed;
}

const TYPES: Readonly<Record<string, ResourceType>> = {
  ...STORAGE,
  ...FUNCTIONS,
  ...WORKFLOW,
  ...PASSIVE,
  'AWS::CloudFormation::CustomResource': customResource,
};

/** One stack: deploys a template, and later ones over it. */
export class EngineStack {
  private readonly records = new Map<string, KeptResource>();
  private template?: Template;
  private generation = 1;
  /** The resource at which an update failed. */
  private failed?: string;
  outputs: Readonly<Record<string, unknown>> = {};

  constructor(
    private readonly stage: Stage,
    /** Reads the roles and the policies of all stacks anew. */
    private readonly loadPolicies: () => void,
    private readonly parameters: Readonly<Record<string, string>> = {},
  ) {}

  /**
   * Creates and updates what changed, in the order of references, then deletes what is gone. Resources whose resolved
   * properties are the same are not touched. An update that fails is rolled back to the template before it, in which
   * the resource that failed is told its former properties once more; a first deployment that fails leaves what was
   * done.
   * @throws DeploymentFailed with the resource's name
   */
  async deploy(template: Template): Promise<void> {
    const before = this.template;
    try {
      await this.apply(template);
    } catch (error) {
      if (before !== undefined) await this.apply(before);
      throw error;
    } finally {
      delete this.failed;
    }
    this.template = template;
  }

  /** Deletes the stack but for what is to be retained. What is deployed afterwards gets other names. */
  async destroy(): Promise<void> {
    const retained = (id: string) => this.template?.Resources[id]?.DeletionPolicy === 'Retain';
    for (const id of [...this.records.keys()].reverse()) {
      if (!retained(id)) await this.remove(id);
      this.records.delete(id);
    }
    delete this.template;
    this.generation += 1;
  }

  private async apply(template: Template): Promise<void> {
    const resolve = this.resolver(template);
    const wanted = deploymentOrder(template).filter((id) => isWanted(template.Resources[id]!, resolve));
    for (const id of wanted) typeOf(id, template.Resources[id]!.Type);
    for (const id of wanted) {
      try {
        await this.put(id, template, resolve);
      } catch (error) {
        this.failed = id;
        // What a service refuses reaches a person in CloudFormation's words.
        if (error instanceof AwsError)
          throw new DeploymentFailed(
            `${id}: Resource handler returned message: "${error.message} (Error Code: ${error.name})"`,
          );
        throw error;
      }
    }
    this.loadPolicies();
    const gone = [...this.records.keys()].filter((id) => !wanted.includes(id)).reverse();
    for (const id of gone) await this.remove(id);
    this.loadPolicies();
    this.outputs = Object.fromEntries(
      Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [name, resolve(Value)]),
    );
  }

  /** What `Ref` gives of a deployed resource, by its logical id. */
  ref(logicalId: string): string {
    return this.find(logicalId).ref;
  }

  /** What `Fn::GetAtt` gives of a deployed resource. */
  attribute(logicalId: string, name: string): unknown {
    return this.find(logicalId).attributes[name];
  }

  /** What is deployed, under ids that no other stack has. */
  get deployed(): readonly DeployedResource[] {
    return [...this.records].map(([id, record]) => ({ id: `${this.stage.idPrefix}${id}`, ...record }));
  }

  /** Logical ids of the deployed resources of a type. */
  idsOf(type: string): readonly string[] {
    return [...this.records].filter(([, record]) => record.type === type).map(([id]) => id);
  }

  private find(logicalId: string): Deployed {
    const record = this.records.get(logicalId);
    if (!record) throw new DeploymentFailed(`${logicalId} is not deployed`);
    return record.deployed;
  }

  private async put(id: string, template: Template, resolve: Resolve): Promise<void> {
    const resource = template.Resources[id]!;
    const properties = resolve(resource.Properties ?? {}) as Readonly<Record<string, unknown>>;
    const before = this.records.get(id);
    const unchanged =
      before?.type === resource.Type && JSON.stringify(before.properties) === JSON.stringify(properties);
    if (unchanged && this.failed !== id) return;
    if (before && before.type !== resource.Type) throw new DeploymentFailed(`${id}: a resource cannot change its type`);
    const type = typeOf(id, resource.Type);
    // Code that runs during the deployment has the permissions of the policies deployed so far.
    if (type === customResource) this.loadPolicies();
    const deployed = await type.put(
      { id, type: resource.Type, properties, resource, ...(before && { before }) },
      this.named(),
    );
    this.records.set(id, { type: resource.Type, properties, deployed });
  }

  /** The names that CloudFormation makes are never made twice. */
  private named(): Stage {
    const suffix = this.generation === 1 ? '' : `-${this.generation}`;
    return { ...this.stage, stackName: `${this.stage.stackName}${suffix}` };
  }

  private async remove(id: string): Promise<void> {
    const record = this.records.get(id)!;
    if (typeOf(id, record.type) === customResource) this.loadPolicies();
    await typeOf(id, record.type).remove?.({ id, ...record }, this.named());
    this.records.delete(id);
  }

  private resolver(template: Template): Resolve {
    const { account, region, stackName, parameterStore } = this.stage;
    const deployed = (id: string) => this.records.get(id)?.deployed;
    const stored = (name: string) => parameterStore.get(name)?.value;
    return resolver({ template, account, region, stackName, parameters: this.parameters, stored, deployed });
  }
}

function typeOf(id: string, type: string): ResourceType {
  const known = type.startsWith('Custom::') ? customResource : TYPES[type];
  if (known) return known;
  throw new DeploymentFailed(`${id}: the embedded engine does not know the resource type ${type}`);
}

function isWanted(resource: TemplateResource, resolve: Resolve): boolean {
  return resource.Condition === undefined || resolve({ Condition: resource.Condition }) === true;
}

/** Logical ids in the order in which CloudFormation may create them: what a resource refers to comes first. */
function deploymentOrder(template: Template): readonly string[] {
  const ordered: string[] = [];
  const state = new Map<string, 'visiting' | 'done'>();
  const visit = (id: string, path: readonly string[]) => {
    if (state.get(id) === 'done') return;
    if (state.get(id) === 'visiting') {
      throw new DeploymentFailed(`the template has a circular dependency: ${[...path, id].join(' → ')}`);
    }
    state.set(id, 'visiting');
    for (const other of dependencies(template.Resources[id]!)) {
      if (other in template.Resources) visit(other, [...path, id]);
    }
    state.set(id, 'done');
    ordered.push(id);
  };
  for (const id of Object.keys(template.Resources)) visit(id, []);
  return ordered;
}

function dependencies(resource: TemplateResource): readonly string[] {
  return [...referencesIn(resource.Properties ?? {}), ...[resource.DependsOn ?? []].flat()];
}
