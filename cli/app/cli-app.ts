import type { AdapterContext } from '../../lambdas/adapters/sdk/context';
import type { OperationNeeds } from '../../lambdas/operations/needs';

/** The app that commands work on. */
export interface CliApp {
  readonly ports: OperationNeeds;
  /** For adapters beyond the ports; a recording has none. */
  readonly context: AdapterContext | undefined;
  /** The file of a recording, of which nothing can be changed. */
  readonly recording: string | undefined;
}
