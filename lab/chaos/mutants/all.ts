import { BOOKKEEPING_MUTANTS } from './bookkeeping';
import { HOOK_MUTANTS } from './hooks';
import { INCIDENT_MUTANTS } from './incidents';
import { JUDGING_MUTANTS } from './judging';
import type { Mutant } from '../world/mutant';
import { OUTSIDE_MUTANTS } from './outside';
import { RECOVERY_MUTANTS } from './recovery';
import { REPLAY_MUTANTS } from './replays';
import { TELLING_MUTANTS } from './telling';
import { TRAFFIC_MUTANTS } from './traffic';
import { WAVE_MUTANTS } from './waves';

/** Every broken variant; each must break a promise within a bounded number of runs. */
export const MUTANTS: readonly Mutant[] = [
  ...TRAFFIC_MUTANTS,
  ...JUDGING_MUTANTS,
  ...BOOKKEEPING_MUTANTS,
  ...TELLING_MUTANTS,
  ...INCIDENT_MUTANTS,
  ...OUTSIDE_MUTANTS,
  ...RECOVERY_MUTANTS,
  ...REPLAY_MUTANTS,
  ...HOOK_MUTANTS,
  ...WAVE_MUTANTS,
];
