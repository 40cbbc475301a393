import { setUp, type Stage } from './set-up';

declare global {
  /** Jest runs its global set-up and tear-down in one process, whose globals are all that they share. */
  var e2eStage: Stage | undefined;
}

/** Before all stories. */
export default async function globalSetup(): Promise<void> {
  globalThis.e2eStage = await setUp((line) => console.log(`e2e: ${line}`));
}
