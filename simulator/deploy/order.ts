import { DeploymentFailed, referencesIn, type Template, type TemplateResource } from '../template';

/** Logical ids in the order in which CloudFormation may create them: what a resource refers to comes first. */
export function deploymentOrder(template: Template): readonly string[] {
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
