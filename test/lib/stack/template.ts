import type { EndpointSettingsInput } from '../../../lambdas/contract/endpoint-settings';
import type { GreenlightProps } from '../../../lib/greenlight-props';
import { synthTemplate } from '../../../lib/synthesise';

export interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

/** What a role's own policies allow, as if each were a resource: most roles have no policy beside them. */
function policiesWithin({ id, Type, Properties }: Resource): readonly Resource[] {
  if (Type !== 'AWS::IAM::Role') return [];
  const within = (Properties.Policies ?? []) as readonly { readonly PolicyDocument: unknown }[];
  return within.map(({ PolicyDocument }) => ({
    id: `${id}Policy`,
    Type: 'AWS::IAM::Policy',
    Properties: { Roles: [{ Ref: id }], PolicyDocument },
  }));
}

type Mappings = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** A synthesised template with the questions that tests ask of it. */
export class Template {
  readonly json: Record<string, unknown>;

  constructor(endpoints: readonly EndpointSettingsInput[], props: Omit<GreenlightProps, 'endpoints'> = {}) {
    this.json = synthTemplate(endpoints, props);
  }

  static from(json: Record<string, unknown>): Template {
    return Object.assign(Object.create(Template.prototype) as Template, { json });
  }

  all(type?: string): readonly Resource[] {
    const resources = this.json.Resources as Record<string, Omit<Resource, 'id'>>;
    const all = Object.entries(resources).map(([id, resource]) => ({ id, ...resource }));
    return [...all, ...all.flatMap(policiesWithin)].filter((resource) => type === undefined || resource.Type === type);
  }

  /** The only resource of that type. */
  one(type: string): Resource {
    const found = this.all(type);
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} resources of type ${type}`);
    return found[0];
  }

  /** A value with its references written out: <Id>, <Id.Arn>, and joins joined. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [key, inner] = entries[0] ?? [];
    if (entries.length === 1 && key === 'Ref') return PSEUDO[inner as string] ?? `<${String(inner)}>`;
    if (entries.length === 1 && key === 'Fn::GetAtt') return `<${(inner as string[]).join('.')}>`;
    if (entries.length === 1 && key === 'Fn::Join') {
      const [separator, parts] = inner as [string, unknown[]];
      return parts.map((part) => this.resolve(part)).join(separator);
    }
    if (entries.length === 1 && key === 'Fn::FindInMap') {
      const [map, top, second] = (inner as unknown[]).map((part) => String(this.resolve(part)));
      return (this.json.Mappings as Mappings)[map!]?.[top!]?.[second!];
    }
    return Object.fromEntries(entries.map(([name, item]) => [name, this.resolve(item)]));
  }

  properties(resource: Resource): Record<string, unknown> {
    return this.resolve(resource.Properties) as Record<string, unknown>;
  }
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com',
};
