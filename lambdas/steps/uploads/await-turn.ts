import type { Adapters } from '../../adapters/adapters';
import { DeployStopped } from '../../contract/errors';
import type { ExecutionInput } from '../../contract/execution-input';
import { ROLLOUT_WAITS } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import { some } from '../../domain/numbers';
import { holdsBack, waveInWords } from '../../domain/waves';
import { STATES } from '../../domain/workflow';
import { rolloutWaiting } from '../announcements/transitions';
import { noted } from '../rollout/progress';
import { recordProgress } from '../rollout/record-progress';
import { rolloutOfDeploy } from './start-deploy';

type Needs = Pick<Adapters, 'clock' | 'hash' | 'liveAlias' | 'records' | 'turns' | 'uploads' | 'versions' | 'waves'> & {
  readonly atOnce: number;
};

/**
 * Begins when it is this rollout's turn; until then the workflow asks again. A rollback has none: it is the way out.
 * @throws RolloutWaits, DeployStopped
 */
export async function awaitTurn(ports: Needs, state: RolloutState, { action }: ExecutionInput): Promise<void> {
  if (action === 'rollback') return;
  await leaveStoppedDeploy(ports, state);
  const { id: rolloutId, executionArn: owner, endpoint, startedAt: since } = state;
  const taken = await ports.turns.takeTurn(
    { owner, rolloutId, endpoint, since },
    ports.atOnce,
    state.waitsFor === undefined,
  );
  if (taken === 'taken') return;
  const { running, ahead } = taken;
  // As it was when it came: who comes later stays behind it.
  const why = state.waitsFor ?? `${some(running, 'rollout')} of ${ports.atOnce} run, and ${ahead} came before it`;
  if (state.waitsFor === undefined) {
    const waits = noted({ ...state, waitsFor: why }, ports.clock, STATES.validateModel, `waits for its turn: ${why}`);
    await recordProgress(ports, waits, rolloutWaiting(ports.clock, waits, why));
  }
  throw new RolloutWaits(`endpoint ${endpoint}: ${why}`);
}

/** It is not this rollout's turn yet. The workflow asks again for a day. */
class RolloutWaits extends Error {
  override readonly name = ROLLOUT_WAITS;
}

/**
 * A deploy that was stopped while this one had not begun holds it back like those that wait for their wave: in line,
 * under a name of its own, as this execution ends.
 */
async function leaveStoppedDeploy(ports: Needs, state: RolloutState): Promise<void> {
  const { config, endpoint, id, plan } = state;
  if (plan.startedBy !== 'deploy') return;
  const wave = await ports.waves.findWaveOf(id);
  if (wave === undefined || !holdsBack(wave, endpoint)) return;
  // A later deploy may be in line already, and brings this one.
  if ((await ports.uploads.readWaitingDeploy(endpoint)) === undefined) {
    const again = await rolloutOfDeploy(ports, { endpoint, functionName: config.functionName }, id);
    if (again !== undefined) await ports.uploads.noteWaitingDeploy(again);
  }
  throw new DeployStopped(`endpoint ${endpoint} waited for its turn, and ${waveInWords(wave)}`);
}
