import { join } from 'node:path';

/** The project's directory. */
export const PROJECT = join(__dirname, '..');

/** Where logs of end-to-end runs go. */
export const OUT = join(PROJECT, 'out', 'e2e');

/** Programs of the npm packages: `node` (Lambda's major version) and `cdk` among them. */
export const BIN = join(PROJECT, 'node_modules', '.bin');
