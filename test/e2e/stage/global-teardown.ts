import { tearDown } from './set-up';

/** After all stories, failed ones too. */
export default async function globalTeardown(): Promise<void> {
  if (globalThis.e2eStage) await tearDown(globalThis.e2eStage);
}
