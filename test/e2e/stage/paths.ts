import { join } from 'node:path';
import { PROJECT } from '../../../local/emulator/paths';

/** An example model. */
export const example = (file: string): string => join(PROJECT, 'examples', 'digits', file);
