import { LIMITED, WITHOUT_LIMIT } from '../cells/all';
import { ALPHA } from '../limits/bounds';
import { referenceLogEvidence } from '../reference/log-evidence';
import { alarmAny, alarmRate, alarmSam } from '../rivals/alarms';
import { argo } from '../rivals/argo';
import { flagger, flaggerSkip } from '../rivals/flagger';
import type { Judge } from '../rivals/judge';
import { kayenta10, kayenta60, kayentaNoModel10, kayentaNoModel60 } from '../rivals/kayenta/judge';
import { SEQ_LM_ALPHA, seqLm } from '../rivals/seq-lm';
import type { Canary } from '../simulate/canary';
import type { Entry } from './entry';
import { OUR_JUDGES } from './ours';
import { traceOf } from './trace-of';

const stopAt = stopsAt((canary) => referenceLogEvidence(traceOf(canary)));

/** What this project's judge was before it was tuned: shows what the tuning brought. */
const REFERENCE: Entry = {
  judge: { name: 'Reference', stopMinute: stopAt(ALPHA) },
  suites: LIMITED,
  everyNth: 1,
  falseAlarmRate: ALPHA,
};

const rival = (judge: Judge, everyNth = 1): Entry => ({
  judge,
  suites: WITHOUT_LIMIT,
  everyNth,
  falseAlarmRate: undefined,
});

/** In the order of the tables. Slow judges see fewer runs, here and nowhere else. */
export const ENTRIES: readonly Entry[] = [
  ...OUR_JUDGES,
  REFERENCE,
  { ...rival(seqLm), suites: LIMITED, falseAlarmRate: SEQ_LM_ALPHA },
  rival(kayentaNoModel60),
  rival(kayentaNoModel10, 2),
  rival(kayenta60),
  rival(kayenta10, 2),
  rival(alarmAny),
  rival(alarmSam),
  rival(alarmRate),
  rival(argo),
  rival(flagger),
  rival(flaggerSkip),
];

/**
 * Turns evidence into judges: each stops in the first minute in which it reaches ln(1 / its false alarm rate). Judges
 * that differ in their limit alone share the evidence.
 * @param logEvidenceOf ln of the e-value after each minute of a canary
 */
function stopsAt(
  logEvidenceOf: (canary: Canary) => readonly number[],
): (falseAlarmRate: number) => Judge['stopMinute'] {
  const known = new WeakMap<Canary, readonly number[]>();
  return (falseAlarmRate) => (canary) => {
    const logEvidence = known.get(canary) ?? logEvidenceOf(canary);
    known.set(canary, logEvidence);
    const index = logEvidence.findIndex((value) => value >= Math.log(1 / falseAlarmRate));
    return index < 0 ? undefined : index + 1;
  };
}
