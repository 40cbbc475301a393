import { join } from 'node:path';
import { PROJECT } from '../../../emulator/paths';

/** An example model. */
export const example = (file: string): string => join(PROJECT, 'examples', 'digits', file);
