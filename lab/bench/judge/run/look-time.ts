import { performance } from 'node:perf_hooks';

/** How long one judgement takes, ms. */
export interface LookTime {
  readonly fastestMs: number;
  readonly medianMs: number;
}

const WARM_UP = 50;
const LOOKS = 100;

/** Times looks one by one, after enough of them that the code is compiled. */
export function timeLooks(look: () => void, now: () => number = () => performance.now()): LookTime {
  for (let before = 0; before < WARM_UP; before++) look();
  const times = Array.from({ length: LOOKS }, () => {
    const started = now();
    look();
    return now() - started;
  }).sort((a, b) => a - b);
  return { fastestMs: times[0] ?? NaN, medianMs: times[LOOKS >> 1] ?? NaN };
}
