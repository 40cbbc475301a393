/** How many rollouts of one control plane run at once. */
export interface RolloutLimits {
  readonly atOnce: number;
  /** Sizes of the waves in which rollouts begin that a deploy starts all at once; the last one repeats. None: all begin as others do. */
  readonly waves: readonly number[];
}

export const DEFAULT_LIMITS: RolloutLimits = { atOnce: 20, waves: [] };

/** How far the waves are: how many of their rollouts have ended, and which one stopped them. */
export interface WaveState {
  readonly ended: number;
  readonly stoppedBy?: string | undefined;
}

/** What begins next, seen from one rollout that wants to. */
export interface PlaceInLine {
  readonly running: number;
  /** Of those, rollouts of a wave. */
  readonly ofWave: number;
  /** Of its own kind. */
  readonly ahead: number;
  /** Of a rollout that belongs to a wave. */
  readonly wave: WaveState | undefined;
}

/** One of a wave begins when all before its wave have ended well; others are not held up by waves, nor waves by them but for room. */
export function mayBegin({ atOnce, waves }: RolloutLimits, { running, ofWave, ahead, wave }: PlaceInLine): boolean {
  const room = atOnce - running;
  if (wave === undefined) return ahead < room;
  if (wave.stoppedBy !== undefined) return false;
  return ahead < Math.min(room, beganWith(waves, wave.ended) - wave.ended - ofWave);
}

/** How many have begun when the wave after so many ended ones has: 1, 6, 26, 46, … for 1, 5, 20. */
function beganWith(waves: readonly number[], ended: number): number {
  let begun = 0;
  for (let index = 0; begun <= ended; index += 1) begun += waves[Math.min(index, waves.length - 1)] ?? 1;
  return begun;
}
