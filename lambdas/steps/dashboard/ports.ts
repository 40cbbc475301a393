import type { Adapters } from '../../adapters/adapters';
import type { OperationPorts } from '../operations/ports';
import type { StatusPorts } from '../operations/status';

/** What the widgets that show read. */
export type ShowPorts = StatusPorts &
  Pick<Adapters, 'consoleLinks' | 'traffic'> & {
    /** ARN of the function that the buttons call; undefined where the dashboard only shows. */
    readonly actFunction: string | undefined;
  };

/** What the buttons need, beside what is shown after a click. */
export type ActPorts = Omit<ShowPorts, 'actFunction' | 'traffic'> &
  Pick<OperationPorts, 'answers' | 'hash' | 'teardown' | 'versions'>;
