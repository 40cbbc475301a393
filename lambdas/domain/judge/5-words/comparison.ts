import type { JudgedCounter } from '../3-gates/counter';
import { totals } from '../4-verdict/leading';
import type { EvidenceMinute } from '../../evidence';
import { failuresInWords } from './failures';
import { classInWords, customName, isCustom } from './subject';
import { milliseconds, percent, points, quantile, shareOf, count } from './numbers';

/** Green's and blue's counts side by side, over the first `length` minutes. */
export function comparisonInWords(counter: JudgedCounter, minutes: readonly EvidenceMinute[], length: number): string {
  const { subject } = counter;
  const { blue, green } = totals(counter.minutes, length);
  if (isCustom(subject)) {
    const name = customName(subject.gate);
    return `green ${shareOf(green.events, green.requests, name)} and blue ${shareOf(blue.events, blue.requests, name)}`;
  }
  switch (subject.gate) {
    case 'throttles':
      return `Lambda turned away ${shareOf(green.events, green.requests, 'requests to green')} and ${shareOf(blue.events, blue.requests, 'to blue')}`;
    case 'accuracy':
      return `${shareOf(green.events, green.requests, "of green's labelled answers")} and ${shareOf(blue.events, blue.requests, "of blue's")} were wrong`;
    case 'errors':
      return failuresInWords(minutes.slice(0, length));
    case 'latency': {
      const { quantile: share, blueMs, greenToleratedMs } = subject.threshold;
      const slowGreen = `${shareOf(green.events, green.requests, 'green requests')} slower than ${milliseconds(greenToleratedMs)}`;
      const slowBlue = `${shareOf(blue.events, blue.requests, 'blue requests')} slower than ${milliseconds(blueMs)}`;
      return `${slowGreen} and ${slowBlue}, blue's ${quantile(share)} before the canary`;
    }
    case 'predictions': {
      const part = ({ events, requests }: typeof blue, whose: string) =>
        requests === 0
          ? `none of ${whose} answers`
          : `${percent(events / requests)} of ${whose} answers (${count(events)} of ${count(requests)})`;
      const expected =
        subject.expectedPoints > 0 ? `${points(subject.expectedPoints)} more expected from verification, ` : '';
      const tolerated = `${expected}${points(subject.tolerancePoints)} more tolerated`;
      return `${classInWords(subject.className)} is ${part(green, "green's")} and ${part(blue, "blue's")}, ${tolerated}`;
    }
  }
}
