import type { Reaction } from '../4-verdict/traffic-needed';
import { count, percent, some } from '../../numbers';

/** "failed requests rising from 0.1 % to 0.65 % would be caught in about 3 minutes (310 green requests)". */
export function reactionInWords({ counter, blueRate, greenRate, greenRequests, minutes }: Reaction): string {
  const change = `${counter.words.counts} rising from ${percent(blueRate)} to ${percent(greenRate)}`;
  const requests = `${count(Math.ceil(greenRequests))} green requests`;
  return `${change} would be caught in about ${some(Math.max(1, Math.ceil(minutes)), 'minute')} (${requests})`;
}
