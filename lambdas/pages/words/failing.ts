import type { NextStep } from '../../contract/operation-errors';
import type { Failing } from '../../contract/failing';

/** What a person may do who is left with a version that was ill when it was last seen. */
export function afterFailing(endpoint: string, { version, earlier, how }: Failing): NextStep {
  const seen = `See whether version ${version}, which is live, still ${how}, and `;
  // Another version would meet the same limit.
  if (how === 'is throttled') return { what: `${seen}which limit of concurrent executions it meets` };
  return earlier === undefined
    ? {
        what:
          `${seen}what it depends on. No earlier good version exists to go back to: mend what it depends on, or ` +
          'upload a model that works',
      }
    : {
        what: `${seen}what it depends on. If it is the model, go back to version ${earlier}`,
        command: `greenlight rollback ${endpoint} --to ${earlier} --reason '…'`,
      };
}
