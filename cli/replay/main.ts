import { runReplay } from './run-replay';

process.exitCode = runReplay(process.argv.slice(2), {
  out: (text) => process.stdout.write(`${text}\n`),
  note: (text) => process.stderr.write(`${text}\n`),
});
