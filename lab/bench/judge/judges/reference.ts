import { LIMITED } from '../cells/all';
import { ALPHA } from '../limits/bounds';
import { referenceLogEvidence } from '../reference/log-evidence';
import type { Entry } from './entry';
import { stopsAt } from './stops-at';
import { traceOf } from './trace-of';

const stopAt = stopsAt((canary) => referenceLogEvidence(traceOf(canary)));

/** What this project's judge was before it was tuned: shows what the tuning brought. */
export const REFERENCE: Entry = {
  judge: { name: 'Reference', stopMinute: stopAt(ALPHA) },
  suites: LIMITED,
  everyNth: 1,
  falseAlarmRate: ALPHA,
};
