import type { Subject } from '../3-gates/gate';
import { milliseconds, quantile } from './numbers';

/** What a counter counts: "requests slower than blue's p95 (12.4 ms)". */
export function subjectInWords(subject: Subject): string {
  switch (subject.gate) {
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
  switch (subject.gate) {
    case 'errors':
      return 'that it fails no harmful share more';
    case 'latency':
      return `that its ${quantile(subject.threshold.quantile)} is not harmfully slower`;
    case 'predictions':
      return `that its share of ${classInWords(subject.className)} is not harmfully larger`;
  }
}

/** "class 7"; a name that says what it is, such as a score's bin, stays as it is. */
export const classInWords = (name: string): string => (/^(class|score) ?/i.test(name) ? name : `class ${name}`);
