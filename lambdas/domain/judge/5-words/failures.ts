import type { EvidenceMinute, SideCounts } from '../../evidence';
import { shareOf, some } from './numbers';

const sum = (minutes: readonly EvidenceMinute[], side: 'blue' | 'green', read: (side: SideCounts) => number): number =>
  minutes.reduce((total, minute) => total + read(minute[side]), 0);

/**
 * Both sides' failures by kind. A model that answers NaN or infinity is broken in a way of its own, so when such answers
 * are most of what green fails beyond blue's rate, the sentence begins with them.
 */
export function failuresInWords(minutes: readonly EvidenceMinute[]): string {
  const of = (side: 'blue' | 'green') => ({
    requests: sum(minutes, side, (counts) => counts.invocations),
    failures: sum(minutes, side, (counts) => counts.errors),
    model: sum(minutes, side, (counts) => counts.modelErrors),
    nonFinite: sum(minutes, side, (counts) => counts.nonFiniteOutputs),
  });
  const green = of('green');
  const blue = of('blue');
  const excess = (kind: 'failures' | 'nonFinite') =>
    green[kind] - (blue.requests === 0 ? 0 : (green.requests * blue[kind]) / blue.requests);
  const all = `green failed ${withKinds(green)} and blue ${shareOf(blue.failures, blue.requests, 'requests')}`;
  if (green.nonFinite === 0 || excess('nonFinite') <= excess('failures') / 2) return all;
  const answers = shareOf(green.nonFinite, green.requests, 'green answers');
  return `non-finite outputs in ${answers} and ${shareOf(blue.nonFinite, blue.requests, 'blue answers')}; ${all}`;
}

interface Kinds {
  readonly requests: number;
  readonly failures: number;
  readonly model: number;
  readonly nonFinite: number;
}

function withKinds(side: Kinds): string {
  const text = shareOf(side.failures, side.requests, 'requests');
  const invocation = side.failures - side.model - side.nonFinite;
  const kinds = [
    ...(invocation > 0 ? [some(invocation, 'invocation error')] : []),
    ...(side.model > 0 ? [some(side.model, 'model error')] : []),
    ...(side.nonFinite > 0 ? [some(side.nonFinite, 'non-finite output')] : []),
  ];
  return kinds.length === 0 ? text : text.replace(/\)$/, `: ${kinds.join(', ')})`);
}
