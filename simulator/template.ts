import { HANDLER_METADATA } from '../lambdas/contract/names';

/** A synthesised CloudFormation template, as far as the engine reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** Thrown for a template that the engine cannot deploy. The message names the resource. */
export class DeploymentFailed extends Error {
  override readonly name = 'DeploymentFailed';
}

/** What a deployed resource answers to `Ref` and `Fn::GetAtt`. */
export interface Deployed {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A deployed resource with its properties resolved. */
export interface DeployedResource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deployed: Deployed;
}

/** The logical id of a handler's function, or of the first one that serves an endpoint. */
export function functionOf({ Resources }: Template, handler: string): string {
  const found = Object.entries(Resources).find(([, { Metadata }]) => Metadata?.[HANDLER_METADATA] === handler);
  if (!found) throw new Error(`the template has no ${handler}`);
  return found[0];
}

/** The logical ids that a value refers to with Ref, Fn::GetAtt or Fn::Sub. */
export function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [String(inner)];
    if (key === 'Fn::GetAtt') return [Array.isArray(inner) ? String(inner[0]) : String(inner).split('.')[0]!];
    if (key === 'Fn::Sub') return subReferences(inner);
    return referencesIn(inner);
  });
}

function subReferences(inner: unknown): readonly string[] {
  const [text, variables] = Array.isArray(inner) ? (inner as [unknown, unknown]) : [inner, {}];
  const names = [...String(text).matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => name!.split('.')[0]!);
  return [...names, ...referencesIn(variables)];
}
