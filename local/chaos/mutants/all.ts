import type { Mutant } from './mutant';

export const MUTANTS: readonly Mutant[] = [];
