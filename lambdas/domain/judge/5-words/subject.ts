import type { Subject } from '../3-gates/counter';
import type { CustomGateName } from '../judgement';
import { milliseconds, quantile } from './numbers';

/** What a counter counts: "requests slower than blue's p95 (12.4 ms)". */
export function subjectInWords(subject: Subject): string {
  if (isCustom(subject)) return customName(subject.gate);
  switch (subject.gate) {
    case 'throttles':
      return 'requests that Lambda turned away';
    case 'accuracy':
      return 'labelled answers that were wrong';
    case 'errors':
      return 'failed requests';
    case 'latency': {
      const { quantile: share, blueMs } = subject.threshold;
      return `requests slower than blue's ${quantile(share)} (${milliseconds(blueMs)})`;
    }
    case 'predictions':
      return `answers of ${classInWords(subject.className)}`;
  }
}

/** What has to be proven of the counter: "that its p95 is not harmfully slower". */
export function harmlessInWords(subject: Subject): string {
  if (isCustom(subject)) return `that its share of ${customName(subject.gate)} is not harmfully larger`;
  switch (subject.gate) {
    case 'throttles':
      return 'that it turns away no harmful share more';
    case 'accuracy':
      return 'that it answers no harmful share more wrongly';
    case 'errors':
      return 'that it fails no harmful share more';
    case 'latency':
      return `that its ${quantile(subject.threshold.quantile)} is not harmfully slower`;
    case 'predictions':
      return `that its share of ${classInWords(subject.className)} is not harmfully larger`;
  }
}

export const isCustom = (subject: Subject): subject is Extract<Subject, { gate: CustomGateName }> =>
  subject.gate.startsWith('custom:');

/** "custom:fallbacks" -> "fallbacks". */
export const customName = (gate: CustomGateName): string => gate.slice('custom:'.length);

/** "class 7"; a name that says what it is, such as a score's bin, stays as it is. */
export const classInWords = (name: string): string => (/^(class|score) ?/i.test(name) ? name : `class ${name}`);
