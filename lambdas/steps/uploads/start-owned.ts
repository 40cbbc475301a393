import { isoTime } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';
import type { Upload } from '../../adapters/dynamodb/uploads';
import { noteStarted } from './outdated';

/** From taking the lock until the execution's first step renews it. */
export const START_LEASE_MS = 10 * 60_000;

/** Starts the execution of an upload whose lock is held in its name. Done twice it starts one. */
export async function startOwned(
  { clock, executions, locks, uploads }: Pick<Adapters, 'clock' | 'executions' | 'locks' | 'uploads'>,
  upload: Upload,
): Promise<void> {
  const owner = executions.arnOfExecution(upload.executionName);
  await noteStarted({ uploads }, upload);
  const started = await executions.startExecution(upload.executionName, upload.input);
  if (started === 'exists' && (await executions.executionStatus(owner)) !== 'RUNNING') {
    // It ran and ended before: this event came late, and the lock must not be kept for a rollout that does not run.
    await locks.releaseLock(upload.endpoint, owner);
  }
  await uploads.noteUploadAnswer(upload.endpoint, upload.executionName, 'started', isoTime(clock.now()));
}
