import { startGateway, suppliedOf } from './gateway/gateway';
import type { Behaviour } from './gateway/probes/probe';
import { lackingIn } from './gateway/probes/run-probes';
import { Upstream } from './gateway/upstream';
import { givenEndpoint } from './given-endpoint';
import { startMiniStack, type MiniStack, type MiniStackOptions } from './ministack';
import { ministackVersion } from './emulator-python';

/** An AWS emulator to talk to. */
export interface Emulator {
  /** What AWS_ENDPOINT_URL must be: the gateway's address, or the emulator's own when it lacks nothing. */
  readonly endpointUrl: string;
  /** `MiniStack 1.5.33`, or the address in AWS_ENDPOINT_URL. */
  readonly name: string;
  /** Behaviours of AWS that the emulator lacks and that are supplied, in front of it or by its launcher. */
  readonly supplied: readonly Behaviour[];
  /** Behaviours that probes did not find and that the gateway does not supply. */
  readonly missing: readonly Behaviour[];
  /** Where the emulator logs, when it is ours. */
  readonly logFile: string | undefined;
  /** Stops what was started here; more than once does no harm. */
  stop(): Promise<void>;
}

export interface EmulatorOptions extends MiniStackOptions {
  /** The gateway's port. @default a free one */
  readonly gatewayPort?: number;
}

/**
 * The emulator that AWS_ENDPOINT_URL names, or a MiniStack of our own from PyPI; with the gateway in front of it when
 * it lacks behaviours of AWS that the gateway supplies.
 *
 * @throws {EndpointUnusable} {@link PythonMissing} {@link VenvMissing} {@link EmulatorNotInstalled}
 *   {@link EmulatorNotStarted}
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const given = await givenEndpoint();
  const ministack = given === undefined ? await startMiniStack(options) : undefined;
  try {
    return await inFront(given ?? ministack!.url, ministack, options.gatewayPort);
  } catch (error) {
    await ministack?.stop();
    throw error;
  }
}

async function inFront(url: string, ministack: MiniStack | undefined, port?: number): Promise<Emulator> {
  const upstream = new Upstream(url);
  const lacking = await lackingIn(upstream);
  const supplied = suppliedOf(lacking, ministack !== undefined);
  const gateway = supplied.length === 0 ? undefined : await startGateway(upstream, supplied, { port });
  if (gateway) ministack?.setFunctionsEndpoint(gateway.url);
  else upstream.stop();
  return {
    endpointUrl: gateway?.url ?? url,
    name: ministack ? `MiniStack ${ministackVersion()}` : url,
    supplied: [...(ministack?.supplied ?? []), ...supplied],
    missing: lacking.filter((behaviour) => !supplied.includes(behaviour)),
    logFile: ministack?.logFile,
    stop: once(async () => {
      await gateway?.stop();
      await ministack?.stop();
    }),
  };
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
