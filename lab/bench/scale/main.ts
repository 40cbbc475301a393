import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { refused } from '../../../tools/arguments-invalid';
import { aimsOf, isMet } from './aims';
import { HELP, parseScaleArguments, type ScaleArguments } from './arguments';
import { scalePage } from './page';
import { measureScale } from './runs/sizes';

void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  try {
    const options = parseScaleArguments(argv);
    if (options === 'help') console.log(HELP);
    else await bench(options);
  } catch (error) {
    process.exitCode = refused(error, console.error);
  }
}

async function bench({ sizes, seed, out }: ScaleArguments): Promise<void> {
  const measured = await measureScale(sizes, seed, (what) => console.error(`simulated ${what}`));
  const page = await format(scalePage(measured), { ...(await resolveConfig(__filename)), parser: 'markdown' });
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, page);
  console.log(page);
  for (const what of [...measured.atRest, ...measured.rollouts].flatMap((one) => one.broken))
    console.error(`broken: ${what}`);
  const missed = aimsOf(measured).filter((aim) => !isMet(aim));
  for (const { what } of missed) console.error(`missed: ${what}`);
  if (missed.length > 0) process.exitCode = 1;
}
