import type { Stack } from 'aws-cdk-lib';
import { GreenlightControlPlane } from '../../../../lib/control-plane';
import { GreenlightEndpoint } from '../../../../lib/endpoint';
import type { Template } from '../../../../simulator/template';
import { stackTemplate } from '../../../../lib/synthesise';
import { ENDPOINTS_A_STACK } from '../../../../tools/scale/synth-sizes';

/** Stands for the endpoint's number in the template that all of them are copies of; in no other word of it. */
const NUMBER = 'qzqz';

/** A control plane by itself, where so many rollouts may run at once. */
export const planeTemplate = (atOnce: number): Template =>
  synthesised('Platform', (stack) => {
    new GreenlightControlPlane(stack, 'Plane', { name: 'prod', rollouts: { atOnce } });
  });

export const endpointName = (index: number): string => `model-${padded(index)}`;

/** The endpoint that a resource of a team's template belongs to. */
export const endpointOf = (logicalId: string): string => `model-${/^Endpoint(\d+)/.exec(logicalId)?.[1]}`;

/**
 * Stacks of teams with so many endpoints together: one endpoint is synthesised, the others are copies of other names.
 */
export function teamTemplates(endpoints: number): readonly (readonly [stack: string, template: Template])[] {
  const one = JSON.stringify(
    synthesised('Team', (stack) => {
      const plane = GreenlightControlPlane.fromName(stack, 'Plane', 'prod');
      new GreenlightEndpoint(stack, `Endpoint${NUMBER}`, { plane, name: `model-${NUMBER}` });
    }),
  );
  const copies = Array.from(
    { length: endpoints },
    (_, index) => JSON.parse(one.replaceAll(NUMBER, padded(index))) as Template,
  );
  const stacks: (readonly [string, Template])[] = [];
  for (let first = 0; first < endpoints; first += ENDPOINTS_A_STACK)
    stacks.push([`Team${stacks.length + 1}`, merged(copies.slice(first, first + ENDPOINTS_A_STACK))]);
  return stacks;
}

const padded = (index: number): string => String(index).padStart(4, '0');

const merged = (templates: readonly Template[]): Template =>
  templates.reduce((all, one) => ({
    ...all,
    Parameters: { ...all.Parameters, ...one.Parameters },
    Resources: { ...all.Resources, ...one.Resources },
  }));

const synthesised = (name: string, make: (stack: Stack) => void) => stackTemplate(name, make) as unknown as Template;
