import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { statePage, statePicture } from './state-machine-picture';

/**
 * `npm run docs:picture`: draws docs/reference/state-machine.svg and writes docs/reference/state-machine.md from the
 * deployed definition.
 */
const docs = join(__dirname, '..', '..', 'docs', 'reference');

async function main(): Promise<void> {
  writeFileSync(join(docs, 'state-machine.svg'), await statePicture());
  writeFileSync(join(docs, 'state-machine.md'), statePage());
}

void main();
