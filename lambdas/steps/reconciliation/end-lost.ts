import type { Adapters } from '../../adapters/adapters';
import { eachInTurn } from '../../contract/work';
import { HOUR_MS, MINUTE_MS } from '../../domain/minutes';
import { endInWave } from '../endings/end-without-promotion';

type Needs = Pick<Adapters, 'clock' | 'executions' | 'records' | 'turns' | 'waves'>;

/** A rollout that ended and could not say so holds up no other: twenty are asked about at most, by default. */
export async function endLostTurns({ executions, turns }: Needs): Promise<string | undefined> {
  const did = await eachInTurn(await turns.listTurns(), async (turn) => {
    if ((await executions.executionStatus(turn.owner)) === 'RUNNING') return [];
    await turns.endTurn(turn);
    return [`rollout ${turn.rolloutId} has ended: the next one may begin`];
  });
  return did.flat().join('; ') || undefined;
}

/** What has ended and could not say so, or was let begin and never did, holds up no wave. */
export async function endLostInWaves(ports: Needs): Promise<string | undefined> {
  const waves = await ports.waves.listWaves();
  const all = waves.flatMap(({ code, running }) => running.map((one) => ({ code, one })));
  const did = await eachInTurn(all, async ({ code, one }) => {
    const { owner, rolloutId, endpoint, since } = one;
    const status = await ports.executions.executionStatus(owner);
    const minutes = (ports.clock.now() - Date.parse(since)) / MINUTE_MS;
    if (status === 'RUNNING' || (status === undefined && minutes < 10)) return [];
    if (status === undefined) {
      await ports.waves.leaveWave(code, one);
      return [`rollout ${rolloutId} never began: its wave waits for it no longer`];
    }
    const record = await ports.records.readRecord(endpoint, rolloutId);
    const why = await ports.executions.whyExecutionEnded(owner);
    // As a rule the safety net closes it, or the endpoint's own pass, and says how it ended.
    if (record?.status !== 'ended' && ports.clock.now() < (why.endedAt ?? 0) + HOUR_MS) return [];
    const outcome = record?.outcome ?? (status === 'SUCCEEDED' ? 'promoted' : 'aborted');
    const error = record?.error ?? why.error ?? status;
    const ended = { id: rolloutId, endpoint, startedBy: 'deploy', startedAt: since, reason: '', outcome, error };
    await endInWave(ports, { ...ended, status: 'ended' });
    return [`rollout ${rolloutId} has ended: its wave counts it`];
  });
  return did.flat().join('; ') || undefined;
}
