import { join } from 'node:path';
import { Cdk } from '../../emulator/cdk';
import { OUT } from '../../emulator/paths';
import { DeployedApp } from '../../lab/deployed/deployed-app';
import { TEAMS } from './app/stacks';

const cli = (stack: string): Cdk =>
  new Cdk({
    endpointUrl: process.env['AWS_ENDPOINT_URL'],
    app: 'npx tsx test/e2e/app/teams.ts',
    stack,
    out: join(OUT, stack),
  });

const MINUTE = 60_000;

/** What a stack that is refused leaves there goes with the emulator. */
describe('endpoints in stacks of their own', () => {
  it(
    'register with the control plane that they find by its name, and a third one is refused a name that is taken',
    async () => {
      for (const stack of [TEAMS.platform, TEAMS.fraud, TEAMS.loans]) await cli(stack).deploy();
      await expect(cli(TEAMS.third).deploy()).rejects.toThrow(
        /EndpointNameTaken: The endpoint "fraud" belongs to the stack/,
      );
      const app = await DeployedApp.find(TEAMS.platform);
      for (const name of ['fraud', 'loans']) {
        const endpoint = await app.endpoint(name);
        expect((await endpoint.alias()).canary).toBeUndefined();
      }
    },
    20 * MINUTE,
  );
});
