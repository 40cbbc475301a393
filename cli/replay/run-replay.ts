import type { Trace } from '../../lambdas/domain/trace/trace';
import { ArgumentsInvalid, refused } from '../../tools/arguments-invalid';
import { HELP, parseReplayArguments, type ReplayArguments } from './arguments';
import { replayAsJson } from './as-json';
import { calibrationInWords } from './calibrate/in-words';
import { calibrateTrace } from './calibrate/calibrate-trace';
import { withCustomGates } from './custom-gates';
import { replayInWords } from './in-words';
import { pairedAsJson, pairedInWords } from './paired';
import { type ReadTrace, readTraces } from './read-traces';
import { replayTrace } from './replay-trace';
import { type ReplayRules, type RulesFor, rulesFrom } from './rules';

export interface Output {
  /** Results. */
  readonly out: (text: string) => void;
  /** Everything else, so that `--json` leaves nothing but JSON among the results. */
  readonly note: (text: string) => void;
}

/** The whole command; answers its exit code. */
export function runReplay(argv: readonly string[], output: Output): 0 | 2 {
  try {
    const options = parseReplayArguments(argv);
    if (options === 'help') output.out(HELP);
    else run(options, output);
    return 0;
  } catch (error) {
    return refused(error, (line) => output.note(`replay: ${line}`));
  }
}

/** Everything is read before anything is judged: a bad file among many is told at once. */
function run(options: ReplayArguments, { out, note }: Output): void {
  const rulesFor = rulesFrom(options.config);
  const traces = readTraces(options.paths, note);
  const { json, calibrate } = options;
  if (calibrate !== undefined) {
    const results = traces.map((read) => {
      if ('paired' in read) throw new ArgumentsInvalid(`${read.file}: --calibrate takes traces of minutes, not pairs`);
      const result = judged(read, rulesFor, (trace, rules) => calibrateTrace(trace, rules, calibrate));
      if (!json) out(calibrationInWords(result));
      return result;
    });
    if (json) out(JSON.stringify(results, undefined, 2));
    return;
  }
  const results = traces.map((read) => {
    if ('paired' in read) {
      if (!json) out(`${pairedInWords(read.paired)}\n`);
      return pairedAsJson(read.paired);
    }
    const replay = judged(read, rulesFor, replayTrace);
    if (!json) out(`${replayInWords(replay)}\n`);
    return replayAsJson(replay);
  });
  if (json) out(JSON.stringify(results, undefined, 2));
}

function judged<T>({ file, trace }: ReadTrace, rulesFor: RulesFor, work: (trace: Trace, rules: ReplayRules) => T): T {
  const rules = rulesFor(trace);
  return work(withCustomGates(trace, rules.settings, file), rules);
}
