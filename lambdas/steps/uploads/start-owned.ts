import { isoTime } from '../../domain/minutes';
import type { Ports } from '../../ports/ports';
import type { Upload } from '../../ports/uploads';
import { noteStarted } from './outdated';

/** From taking the lock until the execution's first step renews it. */
export const START_LEASE_MS = 10 * 60_000;

/** Starts the execution of an upload whose lock is held in its name. Done twice it starts one. */
export async function startOwned(
  { clock, executions, locks, uploads }: Pick<Ports, 'clock' | 'executions' | 'locks' | 'uploads'>,
  upload: Upload,
): Promise<void> {
  const owner = executions.arnOf(upload.executionName);
  await noteStarted({ uploads }, upload);
  const started = await executions.start(upload.executionName, upload.input);
  if (started === 'exists' && (await executions.status(owner)) !== 'RUNNING') {
    // It ran and ended before: this event came late, and the lock must not be kept for nobody.
    await locks.release(upload.endpoint, owner);
  }
  await uploads.answer(upload.endpoint, upload.executionName, 'started', isoTime(clock.now()));
}
