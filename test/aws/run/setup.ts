import { EMULATOR_ENV } from '../../../emulator/credentials';
import { startEmulator } from '../../../emulator/start';
import { modeFrom, type Mode } from './mode';

/** Of this test alone: jest hands nothing from its set-up to its tear-down but what is global. */
declare global {
  var stopAwsTestEmulator: (() => Promise<void>) | undefined;
}

/** Before anything else: refuses by name, or starts what AWS_ENDPOINT_URL will be. */
export default async function setUp(): Promise<void> {
  const mode = modeOrExit();
  if (mode === 'emulator') delete process.env.AWS_ENDPOINT_URL;
  else if (process.env.AWS_ENDPOINT_URL === undefined) return;
  const emulator = await startEmulator();
  globalThis.stopAwsTestEmulator = () => emulator.stop();
  Object.assign(process.env, EMULATOR_ENV, {
    AWS_ENDPOINT_URL: emulator.endpointUrl,
  });
  console.log(`${emulator.name}; supplied in front of it: ${emulator.supplied.join(', ') || 'nothing'}`);
}

function modeOrExit(): Mode {
  try {
    return modeFrom(process.env);
  } catch (error) {
    const { name, message } = error as Error;
    console.error(`${name}: ${message}`);
    process.exit(1);
  }
}
