import type { Adapters } from '../../adapters/adapters';
import { PreflightFailed } from '../../contract/errors';
import { PREVIEW_ALIAS } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import { LATEST } from '../../domain/rollback';
import { renewOwnership } from './record-progress';

/** Another writer may change it under our hands. */
const TRIES = 3;

/**
 * From now on testers meet green. Where a person or a hook is asked before traffic, what they test must be green: then
 * a preview that cannot be moved stops the rollout. Everywhere else it is noted.
 */
export async function previewGreen(
  ports: Pick<Adapters, 'clock' | 'locks' | 'previewAlias'>,
  state: RolloutState,
  version: string,
): Promise<{ readonly preview?: NonNullable<RolloutState['preview']>; readonly note: string }> {
  const { functionName } = state.config;
  const needed = state.config.settings.approval.mode === 'before-traffic' && state.plan.action === 'rollout';
  // The last thing before the write: an execution that was stopped meanwhile must not take the next one's preview.
  await renewOwnership(ports, state);
  try {
    const pointed = await pointAt(ports, functionName, version, `rollout ${state.id}: green, before it has users`);
    if (pointed === 'pointed') {
      const url = await ports.previewAlias.readPreviewUrl(functionName);
      return { preview: url === undefined ? {} : { url }, note: `the preview answers with version ${version}` };
    }
    const why =
      `there is no preview: alias ${PREVIEW_ALIAS} of ${functionName} does not exist, or kept changing; deploy the ` +
      'app again, which creates it';
    if (needed) throw new PreflightFailed(`${why}; approval.mode "before-traffic" lets people test green there first`);
    return { note: why };
  } catch (error) {
    if (needed) throw error;
    return { note: `the preview could not be pointed at green: ${nameOf(error)}` };
  }
}

/**
 * At the end of a rollout the preview answers with what is live. Never throws: users are served either way, and the
 * reconciler puts right what stays behind. Answers what there is to note, after a semicolon.
 */
export async function previewLive(
  ports: Pick<Adapters, 'previewAlias'>,
  { id, config: { functionName } }: Pick<RolloutState, 'id' | 'config'>,
  version: string,
): Promise<string> {
  if (version === LATEST) return ''; // A person's hand, told as what it is; a preview names a published version.
  try {
    const pointed = await pointAt(ports, functionName, version, `rollout ${id} is over: what is live`);
    return pointed === 'changed' ? '; the preview kept changing, and the reconciler looks again' : '';
  } catch (error) {
    const why = nameOf(error);
    return `; the preview could not be pointed at version ${version} (${why}), and the reconciler tries again`;
  }
}

async function pointAt(
  { previewAlias }: Pick<Adapters, 'previewAlias'>,
  functionName: string,
  version: string,
  why: string,
): Promise<'pointed' | 'none' | 'changed'> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const current = await previewAlias.readPreview(functionName);
    if (current === undefined) return 'none';
    if (current.version === version) return 'pointed';
    if ((await previewAlias.writePreview(functionName, version, current.revisionId, why)) === 'written')
      return 'pointed';
  }
  return 'changed';
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');
