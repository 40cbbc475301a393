import { onOneLine } from '../../contract/on-one-line';
import { isoTime } from '../../domain/minutes';
import type { Ports } from '../../ports/ports';
import type { Upload } from '../../ports/uploads';

/** Those of them that nobody has answered yet. */
export async function unanswered(
  { uploads }: Pick<Ports, 'uploads'>,
  displaced: readonly Upload[],
): Promise<readonly Upload[]> {
  const found: Upload[] = [];
  for (const one of displaced) if (!(await uploads.isAnswered(one.endpoint, one.executionName))) found.push(one);
  return found;
}

/**
 * People are told before the answer is stored: when a try breaks off in between, the next one tells twice, which is
 * better than never.
 */
export async function answerDisplaced(
  { clock, uploads }: Pick<Ports, 'clock' | 'uploads'>,
  told: readonly Upload[],
): Promise<void> {
  for (const { endpoint, executionName } of told)
    await uploads.answer(endpoint, executionName, 'superseded', isoTime(clock.now()));
}

/** An upload for people. Keys come from whoever uploads: one line, whatever they contain. */
export const named = ({ key, versionId }: Pick<Upload, 'key' | 'versionId'>): string =>
  onOneLine(`${key} (version id ${versionId})`);

/** That uploads will never be rolled out. */
export const noLongerWait = (displaced: readonly Upload[]): string =>
  displaced.map((one) => `${named(one)} no longer waits.`).join(' ');
