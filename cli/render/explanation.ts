import type { Explanation } from '../../lambdas/operations/explain';
import { gateLines } from './bars';
import type { RenderedPage } from './endpoint';
import { nextLines } from './next';
import { wrapped } from './text';

/** Why, for a terminal: the sentence, what is behind it, the numbers, what to do. */
export function explanationLines(explanation: Explanation, page: RenderedPage): readonly string[] {
  const { paint } = page;
  // Sentences are hard to follow in wider lines.
  const columns = Math.min(page.columns, 100);
  const gates = gateLines(explanation.judgement?.gates ?? [], page);
  const next = nextLines(explanation.next, page);
  return [
    ...wrapped(explanation.headline, columns).map(paint.bold),
    ...explanation.because.flatMap((sentence) => wrapped(sentence, columns, '  ')),
    ...(gates.length === 0 ? [] : ['', ...gates]),
    ...(next.length === 0 ? [] : ['', ...next]),
  ];
}
