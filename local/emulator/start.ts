import { startMiniStack, type MiniStackOptions } from './ministack';
import { ministackVersion } from './venv';

/** An AWS emulator to talk to. */
export interface Emulator {
  /** What AWS_ENDPOINT_URL must be: the gateway's address, or the emulator's own when it lacks nothing. */
  readonly endpointUrl: string;
  /** `MiniStack 1.5.33`, or the address in AWS_ENDPOINT_URL. */
  readonly name: string;
  /** Behaviours of AWS that the gateway supplies, because probes found that the emulator lacks them. */
  readonly supplied: readonly string[];
  /** Where the emulator logs, when it is ours. */
  readonly logFile: string | undefined;
  /** Stops what was started here; more than once does no harm. */
  stop(): Promise<void>;
}

export type EmulatorOptions = MiniStackOptions;

/**
 * The emulator that AWS_ENDPOINT_URL names, or a MiniStack of our own from PyPI.
 *
 * @throws {PythonMissing} {@link VenvMissing} {@link EmulatorNotInstalled} {@link EmulatorNotStarted}
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const given = process.env.AWS_ENDPOINT_URL;
  if (given !== undefined) {
    return { endpointUrl: given, name: given, supplied: [], logFile: undefined, stop: async () => undefined };
  }
  const ministack = await startMiniStack(options);
  return {
    endpointUrl: ministack.url,
    name: `MiniStack ${ministackVersion()}`,
    supplied: [],
    logFile: ministack.logFile,
    stop: ministack.stop,
  };
}
