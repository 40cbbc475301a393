import type { Breach, Found } from './found';

/** At rest the alias has no weights and points at a version that exists and is Active; nobody holds the endpoint. */
export function rest({ endpoints, cameToRest }: Found): readonly Breach[] {
  const found: Breach[] = cameToRest
    ? []
    : [
        {
          promise: 1,
          what: 'did not come to rest: an execution, a lock or a waiting upload stayed for more than a period',
        },
      ];
  for (const { plan, alias, state } of endpoints) {
    if (Object.keys(alias.weights).length > 0)
      found.push({ promise: 1, what: `${plan.name}: the alias has weights at rest: ${JSON.stringify(alias)}` });
    if (state !== 'Active') found.push({ promise: 1, what: `${plan.name}: live version ${alias.version} is ${state}` });
  }
  return found;
}
