import { accuracyIsJudged } from '../3-gates/accuracy';
import type { Evidence } from '../../evidence';
import type { JudgeSettings, NotJudged } from '../judgement';
import { count, some } from './numbers';

/** The gates that are on and were left out before the canary, and why; undefined when there is none. */
export function notJudged({ labels }: Evidence, { gates }: JudgeSettings): readonly NotJudged[] | undefined {
  const { accuracy } = gates;
  if (accuracy === undefined || accuracyIsJudged({ labels }, accuracy)) return undefined;
  const needed = `at least ${count(accuracy.minLabels)} are needed`;
  const why =
    labels === undefined
      ? `no labels were looked for, because green could get none in time; ${needed}`
      : `blue had ${some(labels.blue, 'label')} in time before the canary, so green may expect ${count(labels.green)}; ${needed}`;
  return [{ gate: 'accuracy', why }];
}
