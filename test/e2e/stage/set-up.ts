import { EMULATOR_ENV } from '../../../emulator/credentials';
import { type Emulator, startEmulator } from '../../../emulator/start';
import { PYTHON_PATH } from '../app/endpoints';
import { STACKS } from '../app/stacks';
import { cli } from './cli';
import { examplePython } from './python';

/** What a run started; the emulator is undefined when AWS_ENDPOINT_URL named one that is not ours. */
export interface Stage {
  readonly emulator: Emulator;
  /** True when what is deployed outlives this run unless it is destroyed. */
  readonly external: boolean;
}

/**
 * Starts the emulator (or takes the one that AWS_ENDPOINT_URL names), tells this process and its children where it is,
 * and deploys the app with several endpoints. Whatever was started is stopped again when one of that fails.
 */
export async function setUp(say: (line: string) => void): Promise<Stage> {
  const external = Boolean(process.env['AWS_ENDPOINT_URL']);
  const since = stopwatch();
  const emulator = await startEmulator();
  try {
    say(`${emulator.name} at ${emulator.endpointUrl}, ready after ${since()}`);
    say(`supplied by the gateway: ${emulator.supplied.join(', ') || 'nothing'}`);
    if (emulator.missing.length > 0) say(`not there and not supplied: ${emulator.missing.join(', ')}`);
    Object.assign(process.env, { ...EMULATOR_ENV, ...given(), AWS_ENDPOINT_URL: emulator.endpointUrl });
    process.env[PYTHON_PATH] = (await examplePython()).packages;
    const app = cli(STACKS.several);
    await app.bootstrap();
    await app.deploy();
    say(`bootstrapped and deployed after ${since()}`);
    return { emulator, external };
  } catch (error) {
    await emulator.stop();
    throw error;
  }
}

/** Destroys what would outlive the run, and stops the emulator if it is ours. */
export async function tearDown({ emulator, external }: Stage): Promise<void> {
  try {
    if (external) await cli(STACKS.several).destroy();
  } finally {
    await emulator.stop();
  }
}

/** Credentials and region that the developer set for an endpoint of their own. */
function given(): NodeJS.ProcessEnv {
  const names = Object.keys(EMULATOR_ENV).filter((name) => process.env[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

function stopwatch(): () => string {
  const began = performance.now();
  return () => `${Math.round((performance.now() - began) / 1000)} s`;
}
