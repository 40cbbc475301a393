import type { Adapters } from '../../adapters/adapters';

/** Everything that the operations of a person ask for, together; each names the ones it uses. */
export type OperationPorts = Pick<
  Adapters,
  | 'answers'
  | 'approvals'
  | 'clock'
  | 'decisions'
  | 'executions'
  | 'hash'
  | 'holds'
  | 'liveAlias'
  | 'liveModels'
  | 'locks'
  | 'models'
  | 'modelStore'
  | 'records'
  | 'settings'
  | 'teardown'
  | 'uploads'
  | 'versions'
>;

/** Who acts, and why: both are kept with what they do. */
export interface Actor {
  readonly by: string;
  readonly reason: string;
}
