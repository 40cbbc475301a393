import { type SdkOutput, type Intercepted, intercepting } from './intercept';
import type { Mutant } from '../world/mutant';

const RESTORERS = ['restore-blue', 'safety-net', 'reconcile'] as const;

/** What is broken about the app's answer to the world outside. */
export const OUTSIDE_MUTANTS: readonly Mutant[] = [
  {
    name: 'restored in words alone',
    breaks: 'a restore records what it meant to write, and does not look at what is so',
    handlers: () => intercepting(RESTORERS, asIfWritten),
  },
];

/** Writes of the alias are made up, and what is read back is what was made up. */
function asIfWritten() {
  const written = new Map<unknown, SdkOutput>();
  return async (call: Intercepted): Promise<SdkOutput> => {
    const { FunctionName, FunctionVersion, RoutingConfig, Description } = call.input;
    const before = written.get(FunctionName);
    if (call.name === 'GetAlias' && before) return before;
    if (call.name !== 'UpdateAlias') return call.send();
    const after = { FunctionVersion, RoutingConfig, Description, RevisionId: 'made-up' };
    written.set(FunctionName, after);
    return after;
  };
}
