import { ArgumentsInvalid } from '../../tools/arguments-invalid';
import { HELP, parseDemoOptions } from './options';
import { screenOn } from './screen/screen';

/** What a shell gives a program that Ctrl-C ended: 128 + 2. */
const INTERRUPTED = 130;

async function main(): Promise<number> {
  const options = parseDemoOptions(process.argv.slice(2));
  const screen = screenOn(process.stdout, process.env);
  if (options === 'help') {
    screen.line(HELP);
    return 0;
  }
  const stopping = new AbortController();
  const stop = () => {
    // The second time nothing is waited for; the processes started here end when this one is gone.
    if (stopping.signal.aborted) process.exit(INTERRUPTED);
    stopping.abort();
    screen.line('Stopping: users, models, clock and server …');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    // Loaded only now: the CDK takes two seconds, and --help should not.
    const { runDemo } = await import('./run-demo');
    return (await runDemo(options, screen, stopping.signal)) ? 0 : 1;
  } catch (error) {
    if (error instanceof Error && error.name === 'DemoStuck') {
      screen.line(
        screen.bad(`The demo gave up: ${error.message}. Other work on this machine may leave it too little time.`),
      );
      return 1;
    }
    if (!stopping.signal.aborted) throw error;
    screen.line('The demo was stopped before its end; nothing of it still runs.');
    return INTERRUPTED;
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof ArgumentsInvalid ? `demo: ${error.message}` : error);
    process.exit(error instanceof ArgumentsInvalid ? 2 : 1);
  },
);
