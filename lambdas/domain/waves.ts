import { some } from './numbers';

/** A rollout of a deploy that has begun. */
export interface InWave {
  /** Execution ARN. */
  readonly owner: string;
  readonly rolloutId: string;
  readonly endpoint: string;
  /** ISO 8601: when it was let begin. */
  readonly since: string;
}

/** The rollout of a deploy that did not promote. */
export interface FailedInWave {
  readonly rolloutId: string;
  readonly endpoint: string;
  readonly error: string;
  /** A person has resumed the deploy after it: it holds back no other, also when it fails again. */
  readonly passed?: true | undefined;
  /** People were told that it holds back others. */
  readonly told?: true | undefined;
}

/** How far the code of one deploy has come, over all endpoints of the control plane. */
export interface Wave {
  /** How many rollouts ended well. */
  readonly ended: number;
  readonly running: readonly InWave[];
  readonly failed: readonly FailedInWave[];
}

export const NO_WAVE: Wave = { ended: 0, running: [], failed: [] };

/** How a rollout of a wave ended. One without proof, or whose endpoint was taken away, says nothing. */
export type EndInWave = 'well' | 'says nothing' | { readonly error: string };

/** Those that keep the others from beginning. */
export const stoppedBy = ({ failed }: Wave): readonly FailedInWave[] => failed.filter(({ passed }) => passed !== true);

/** An endpoint that failed may try again while others are held back: that is how a person repairs it. */
export const holdsBack = (wave: Wave, endpoint: string): boolean =>
  stoppedBy(wave).length > 0 && wave.failed.every((one) => one.endpoint !== endpoint);

/**
 * The wave with one more rollout; undefined where it must wait: for all before its own wave to end well. Where one
 * failed it may try again at any time.
 *
 * @param sizes of the waves, the last one again and again
 */
export function withRollout(wave: Wave, one: InWave, sizes: readonly number[]): Wave | undefined {
  const { running, failed } = wave;
  const others = running.filter(({ rolloutId }) => rolloutId !== one.rolloutId);
  const mayBegin =
    others.length < running.length ||
    failed.some(({ endpoint }) => endpoint === one.endpoint) ||
    roomIn(wave, sizes) > 0;
  return mayBegin ? { ...wave, running: [...others, one] } : undefined;
}

/** How many more may begin now. */
export const roomIn = (wave: Wave, sizes: readonly number[]): number =>
  stoppedBy(wave).length > 0 ? 0 : Math.max(0, begunWith(sizes, wave.ended) - wave.ended - wave.running.length);

/** How many have begun when the wave after so many ended ones has: 1, 6, 26, 46, … for 1, 5, 20. */
function begunWith(sizes: readonly number[], ended: number): number {
  let begun = 0;
  for (let index = 0; begun <= ended; index += 1) begun += sizes[Math.min(index, sizes.length - 1)] ?? 1;
  return begun;
}

/** The wave without a rollout that has ended. A good end forgives an earlier bad one of its endpoint. */
export function withEnd(wave: Wave, rolloutId: string, end: EndInWave): Wave {
  const one = wave.running.find((each) => each.rolloutId === rolloutId);
  if (one === undefined) return wave;
  const running = wave.running.filter((each) => each !== one);
  if (end === 'says nothing') return { ...wave, running };
  const { endpoint } = one;
  const before = wave.failed.find((each) => each.endpoint === endpoint);
  const failed = wave.failed.filter((each) => each !== before);
  if (end === 'well') return { ended: wave.ended + 1, running, failed };
  const passed = before?.passed === true ? { passed: true as const } : {};
  return { ...wave, running, failed: [...failed, { rolloutId, endpoint, error: end.error, ...passed }] };
}

/** After a person who saw these has let the others go on. */
export const resumed = (wave: Wave, seen: readonly FailedInWave[]): Wave => marked(wave, seen, { passed: true });

/** After people were told of it. */
export const toldOf = (wave: Wave, seen: readonly Pick<FailedInWave, 'rolloutId'>[]): Wave =>
  marked(wave, seen, { told: true });

const marked = (
  wave: Wave,
  these: readonly Pick<FailedInWave, 'rolloutId'>[],
  mark: Pick<FailedInWave, 'passed' | 'told'>,
): Wave => ({
  ...wave,
  failed: wave.failed.map((one) =>
    these.some(({ rolloutId }) => rolloutId === one.rolloutId) ? { ...one, ...mark } : one,
  ),
});

export const HELD_BACK = 'is held back';

/** Why a rollout of the wave has not begun, for people. */
export function waveInWords(wave: Wave): string {
  const [first, ...more] = stoppedBy(wave);
  if (first !== undefined) {
    const others = more.length === 0 ? '' : `, and ${some(more.length, 'other')} likewise`;
    const which = `rollout ${first.rolloutId} of endpoint ${first.endpoint}`;
    return `${HELD_BACK}: ${which} ended badly (${first.error})${others}`;
  }
  const names = wave.running.map(({ endpoint }) => endpoint);
  const which = names.length === 0 ? '' : ` (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''})`;
  return `waits for its wave: ${some(wave.ended, 'endpoint')} of the deploy ended well, ${names.length} run${which}`;
}
