/* `npm run synth:sizes`: how large templates become with more endpoints, in one stack and over many. */
import { statSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { GreenlightControlPlane } from '../../lib/control-plane';
import { GreenlightEndpoint } from '../../lib/endpoint';
import { appWithoutBundles } from '../../lib/synthesise';

/** Of a team: as many as a stack of 500 resources takes with room for the team's own. */
export const ENDPOINTS_A_STACK = 40;

interface StackSize {
  readonly stack: string;
  readonly resources: number;
  /** Of the file that the CDK uploads. */
  readonly bytes: number;
}

/** Templates of a control plane and so many endpoints, over stacks. Without bundles, and without an account. */
export function synthesise(endpoints: number, perStack = ENDPOINTS_A_STACK): readonly StackSize[] {
  const app = appWithoutBundles();
  new GreenlightControlPlane(new Stack(app, 'Platform'), 'Plane', { name: 'prod' });
  for (let first = 0; first < endpoints; first += perStack) {
    const stack = new Stack(app, `Team${first / perStack + 1}`);
    const plane = GreenlightControlPlane.fromName(stack, 'Plane', 'prod');
    for (let at = first; at < Math.min(endpoints, first + perStack); at += 1)
      new GreenlightEndpoint(stack, `Endpoint${at}`, {
        plane,
        name: `model-${at}`,
        goldenSet: { key: `golden/model-${at}.json` },
      });
  }
  return app.synth().stacks.map(({ stackName, template, templateFullPath }) => {
    const { Resources } = template as { readonly Resources: object };
    return { stack: stackName, resources: Object.keys(Resources).length, bytes: statSync(templateFullPath).size };
  });
}

if (require.main === module)
  for (const endpoints of [1, 48, 100, 1000]) {
    const began = Date.now();
    const [plane, ...teams] = synthesise(endpoints);
    const largest = teams.reduce((one, other) => (other.bytes > one.bytes ? other : one));
    const line = ({ resources, bytes }: StackSize) => `${resources} resources, ${bytes.toLocaleString('en')} bytes`;
    console.log(
      `${endpoints} endpoints: control plane ${line(plane as StackSize)}; ${teams.length} stacks of at most ` +
        `${line(largest)}; ${((Date.now() - began) / 1000).toFixed(1)} s`,
    );
  }
