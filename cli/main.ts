import { createInterface } from 'node:readline/promises';
import { systemClock } from '../lambdas/adapters/sdk/context';
import { wordsToComplete } from './completions';
import { EXIT } from './exit-codes';
import { openFile, userName } from './open-file';
import { runCli } from './run-cli';
import type { Where } from './surroundings';

/** SDK clients are loaded only by commands that need them. */
async function findApp(where: Where) {
  if (where.demo !== undefined) return (await import('./app/recorded-app')).recordedApp(where.demo);
  return (await import('./app/aws-app')).awsApp(where, process.env);
}

/** Commands with a command line of their own, which need no app. */
const OF_THEIR_OWN: Readonly<Record<string, () => Promise<(argv: readonly string[]) => Promise<number>>>> = {
  rehearse: async () => {
    const { runRehearsal } = await import('./rehearse/run-rehearsal');
    // What it has started ends with the process.
    return async (argv) => process.exit(await runRehearsal(argv));
  },
  replay: async () => {
    const { runReplay } = await import('./replay/run-replay');
    return (argv) => Promise.resolve(runReplay(argv, { out: console.log, note: console.error }));
  },
  golden: async () => {
    const { runGolden } = await import('./golden/run-golden');
    return (argv) => Promise.resolve(runGolden(argv, { out: console.log, err: console.error }));
  },
};

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on('error', () => process.exit(EXIT.ok));

/** The question goes to standard error, as all that is no result does. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);
const argv = process.argv.slice(2);
const own = OF_THEIR_OWN[argv[0] ?? ''];
if (own === undefined) operate();
else void own().then(async (run) => (process.exitCode = await run(argv.slice(1))));

function operate(): void {
  let onInterrupt = (): void => process.exit(EXIT.interrupted);
  process.on('SIGINT', () => onInterrupt());
  void runCli(argv, {
    out: write(process.stdout),
    err: write(process.stderr),
    env: process.env,
    isTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    get columns() {
      return process.stdout.columns || 100;
    },
    get rows() {
      return process.stdout.rows || 50;
    },
    clock: systemClock,
    user: process.env['GREENLIGHT_BY'] ?? userName(),
    findApp,
    findAccount: async (where) => (await import('./app/account')).awsAccount(where, process.env),
    // The second time it ends at once.
    onInterrupt: (stop) => {
      onInterrupt = () => {
        onInterrupt = () => process.exit(EXIT.interrupted);
        stop();
      };
    },
    openFile,
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
  }).then((code) => {
    process.exitCode = code;
    // A question that was not answered in time must not keep the shell waiting after Tab.
    if (wordsToComplete(argv) !== undefined) process.exit(code);
  });
}
