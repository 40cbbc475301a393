import { availableParallelism } from 'node:os';
import { progressOn } from './progress';
import { runPlan } from './run-plan';
import { workerProcesses } from './workers';

/** More lanes than this gain little: the plan is done in seconds. */
const MOST_LANES = 4;

void runPlan(
  process.argv.slice(2),
  {
    out: (text) => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    progress: progressOn(process.stderr, 'plan'),
  },
  (question) => workerProcesses(question, Math.min(MOST_LANES, availableParallelism())),
).then((code) => {
  process.exitCode = code;
});
