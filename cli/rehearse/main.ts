import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HELP, parseRehearsalArguments } from './arguments';
import { ArgumentsInvalid } from '../../tools/arguments-invalid';
import { rehearse } from './rehearse';
import { rehearsalInWords } from './words';

const FINE: readonly string[] = ['promoted', 'already-live'];

async function main(): Promise<number> {
  const options = parseRehearsalArguments(process.argv.slice(2));
  if (options === 'help') {
    console.log(HELP);
    return 0;
  }
  // Progress goes to standard error, so that --json leaves nothing but JSON on standard output.
  const rehearsal = await rehearse(options, (line) => console.error(line));
  mkdirSync(options.out, { recursive: true });
  const file = join(options.out, 'summary.json');
  const json = JSON.stringify(rehearsal.summary, undefined, 2);
  writeFileSync(file, `${json}\n`);
  console.log(options.json ? json : rehearsalInWords(rehearsal, resolve(options.out)));
  return FINE.includes(rehearsal.record.outcome ?? '') ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof ArgumentsInvalid ? `rehearse: ${error.message}` : error);
    process.exit(error instanceof ArgumentsInvalid ? 2 : 1);
  },
);
