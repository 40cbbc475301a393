import { LIMITED, WITHOUT_LIMIT } from '../cells/all';
import { alarmAny, alarmRate, alarmSam } from '../rivals/alarms';
import { argo } from '../rivals/argo';
import { flagger, flaggerSkip } from '../rivals/flagger';
import type { Judge } from '../rivals/judge';
import { kayenta10, kayenta60, kayentaNoModel10, kayentaNoModel60 } from '../rivals/kayenta/judge';
import { SEQ_LM_ALPHA, seqLm } from '../rivals/seq-lm';
import type { Entry } from './entry';
import { OUR_JUDGES } from './ours';
import { REFERENCE } from './reference';

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
