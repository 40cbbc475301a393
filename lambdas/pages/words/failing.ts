import type { NextStep } from '../../contract/operation-errors';
import type { Failing } from '../../contract/failing';

/** What a person may do who is left with a version that failed when it was last seen. */
export const afterFailing = (endpoint: string, { version, earlier }: Failing): NextStep =>
  earlier === undefined
    ? {
        what:
          `See whether version ${version}, which is live, still fails, and what it depends on. No earlier good ` +
          'version exists to go back to: mend what it depends on, or upload a model that works',
      }
    : {
        what:
          `See whether version ${version}, which is live, still fails, and what it depends on. If it is the model, ` +
          `go back to version ${earlier}`,
        command: `greenlight rollback ${endpoint} --to ${earlier} --reason '…'`,
      };
