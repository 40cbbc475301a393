import { join } from 'node:path';
import { Cdk } from '../../../emulator/cdk';
import { OUT } from '../../../emulator/paths';

/** The CDK CLI for one stack of the app under test, against the endpoint of the environment. */
export const cli = (stack: string, context: Readonly<Record<string, string>> = {}): Cdk =>
  new Cdk({
    endpointUrl: process.env['AWS_ENDPOINT_URL'],
    app: 'npx tsx test/e2e/app/main.ts',
    stack,
    context,
    out: join(OUT, stack),
  });
