import { globSync } from 'node:fs';

/** Paths of the TypeScript files in these folders, from the project's folder. */
export const sourceFiles = (folders: readonly string[]): readonly string[] =>
  folders.flatMap((folder) => globSync(`${folder}/**/*.{ts,mts}`)).sort();
