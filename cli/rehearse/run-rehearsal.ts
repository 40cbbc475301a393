import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { onOneLine } from '../../lambdas/contract/problems';
import { ArgumentsInvalid } from '../../tools/arguments-invalid';
import { parseRehearsalArguments } from './arguments';
import { rehearse } from './rehearse';
import { HELP, rehearsalInWords } from './words';

const FINE: readonly string[] = ['promoted', 'already-live'];

/** The whole command; answers its exit code. It ends with the process: what it started hears no Ctrl-C. */
export async function runRehearsal(argv: readonly string[]): Promise<number> {
  // As a shell tells it: 128 and the signal's number. What was started ends with this process.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  try {
    return await run(argv);
  } catch (error) {
    const known = error instanceof ArgumentsInvalid;
    const message = error instanceof Error ? error.message : String(error);
    // What is wrong with the arguments is a list, a line each.
    const said = known ? message.split('\n').map(onOneLine).join('\n') : onOneLine(message);
    console.error(
      known ? `rehearse: ${said}` : `rehearse failed: ${said} (GREENLIGHT_DEBUG=1 says where it comes from)`,
    );
    if ((process.env['GREENLIGHT_DEBUG'] ?? '') !== '') console.error(error);
    return known ? 2 : 1;
  }
}

/**
 * A package has it for Linux, in the model server that it deploys: processes find it there. Elsewhere npm has it.
 * @throws ArgumentsInvalid
 */
function requireRuntime(): void {
  try {
    createRequire(__filename).resolve('onnxruntime-node');
  } catch {
    const served = join(__dirname, '../../dist/constructs/assets/model-server', process.arch, 'node_modules');
    if (process.platform !== 'linux' || !existsSync(served))
      throw new ArgumentsInvalid(
        'onnxruntime-node, which runs models, is not installed; npm install --ignore-scripts onnxruntime-node ' +
          'installs it beside greenlight (with -g where that was installed with -g)',
      );
    process.env['NODE_PATH'] = [served, process.env['NODE_PATH'] ?? ''].filter((path) => path !== '').join(delimiter);
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const options = parseRehearsalArguments(argv);
  if (options === 'help') {
    console.log(HELP);
    return 0;
  }
  requireRuntime();
  // Progress goes to standard error, so that --json leaves nothing but JSON on standard output.
  const rehearsal = await rehearse(
    options,
    (line) => console.error(line),
    (ended) => {
      const json = JSON.stringify(ended.summary, undefined, 2);
      writeFileSync(join(options.out, 'summary.json'), `${json}\n`);
      console.log(options.json ? json : rehearsalInWords(ended, resolve(options.out)));
    },
  );
  return FINE.includes(rehearsal.record.outcome ?? '') ? 0 : 1;
}
