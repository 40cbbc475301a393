/* `npm run test:e2e:up`: the deployed app of the stories, for trying other uploads and other moments by hand. */
import { DeployedApp } from '../../../lab/deployed/deployed-app';
import { EMULATOR_ENV } from '../../../emulator/credentials';
import { STACKS } from '../app/stacks';
import { setUp, tearDown } from './set-up';

async function main(): Promise<void> {
  const stage = await setUp((line) => console.log(line));
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => void tearDown(stage).then(() => process.exit(0)));
  const { bucket, stateMachineArn } = await DeployedApp.find(STACKS.several);
  const variables = {
    ...EMULATOR_ENV,
    AWS_ENDPOINT_URL: stage.emulator.endpointUrl,
    BUCKET: bucket,
    MACHINE: stateMachineArn,
  };
  console.log(['', ...Object.entries(variables).map(([name, value]) => `export ${name}=${value}`)].join('\n'));
  console.log(`\nStack ${STACKS.several} is up until this is interrupted.`);
  if (stage.emulator.logFile === undefined) setInterval(() => undefined, 60_000);
}

void main();
