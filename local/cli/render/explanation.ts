import type { Explanation } from '../../../lambdas/steps/operations/explain';
import { gateLines } from './bars';
import type { Page } from './endpoint';
import { nextLines } from './next';
import { wrapped } from './text';

/** Why, for a terminal: the sentence, what is behind it, the numbers, what to do. */
export function explanationLines(explanation: Explanation, { paint, columns }: Page): readonly string[] {
  const gates = gateLines(explanation.judgement?.gates ?? [], paint);
  return [
    ...wrapped(explanation.headline, columns).map(paint.bold),
    ...explanation.because.flatMap((sentence) => wrapped(sentence, columns, '  ')),
    ...(gates.length === 0 ? [] : ['', ...gates]),
    '',
    ...nextLines(explanation.next, paint),
  ];
}
