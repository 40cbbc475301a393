import type { Calibration } from './calibrate-trace';
import type { Share } from './wilson';
import { percent } from '../../../lambdas/domain/numbers';

export function calibrationInWords(calibration: Calibration): string {
  const { id, minutes, requestsPerMinute, falseStops, falseAlarmRate, smallestFound } = calibration;
  const kinds = Object.entries(smallestFound).map(
    ([kind, found]) => `    ${kind.padEnd(12)} ${found === null ? 'none of those tried' : found.inWords}`,
  );
  return [
    `${id}  blue against itself: ${minutes} minutes of ${requestsPerMinute} requests, seed ${calibration.seed}`,
    `  stopped though nothing was wrong (promised: at most ${percent(falseAlarmRate)} of rollouts)`,
    `    each minute split at random         ${shareInWords(falseStops.sameMinute)}`,
    `    neighbouring minutes side by side   ${shareInWords(falseStops.nextMinute)}`,
    '  smallest regressions that 80 % of the runs stop within these minutes',
    ...kinds,
    '  Splitting a minute at random removes what sets two versions apart by chance (a slow host, a cold start): ' +
      'the first',
    '  share is about the judge, not about such noise. The second has it, but counts trends and incidents ' +
      'against green',
    '  that a real canary shares with blue: take it as an upper bound.',
    '',
  ].join('\n');
}

const shareInWords = ({ count, of, low, high }: Share): string =>
  `${count} of ${of} runs, ${percent(count / of)} (95 % interval ${percent(low)} to ${percent(high)})`;
