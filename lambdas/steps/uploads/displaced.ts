import { onOneLine } from '../../contract/on-one-line';
import { isoTime } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';
import type { Upload } from '../../adapters/dynamodb/uploads';
import { uploadSuperseded } from '../announcements/other-transitions';

/** Those of them that are not answered yet. */
export async function unanswered(
  { uploads }: Pick<Adapters, 'uploads'>,
  displaced: readonly Upload[],
): Promise<readonly Upload[]> {
  const found: Upload[] = [];
  for (const one of displaced) if (!(await uploads.isAnswered(one.endpoint, one.executionName))) found.push(one);
  return found;
}

/**
 * Says of uploads that they will never be rolled out. Announced before the answer is stored: when a try breaks off in
 * between, the next one announces again, which changes nothing.
 */
export async function answerDisplaced(
  { announcements, clock, uploads }: Pick<Adapters, 'announcements' | 'clock' | 'uploads'>,
  displaced: readonly Upload[],
  why: string,
): Promise<void> {
  for (const one of displaced) {
    await announcements.announceOnce(uploadSuperseded(clock, one, why));
    await uploads.noteUploadAnswer(one.endpoint, one.executionName, 'superseded', isoTime(clock.now()));
  }
}

/** An upload for people. Uploaders choose the keys: one line, whatever they contain. */
export const named = ({ key, versionId }: Pick<Upload, 'key' | 'versionId'>): string =>
  onOneLine(`${key} (version id ${versionId})`);
