import type { RunOptions, StateMachine as Interpreter } from 'aws-local-stepfunctions';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { VirtualClock } from '../virtual-clock';

/** The interpreter's exports, bound to one world's clock and random numbers. */
export interface InterpreterModule {
  readonly StateMachine: new (
    definition: unknown,
    options: { readonly validationOptions: { readonly noValidate: boolean; readonly checkArn?: boolean } },
  ) => Interpreter;
}
export type InterpreterOptions = RunOptions;

type Bindable = (...bindings: readonly unknown[]) => void;

const NAME = 'aws-local-stepfunctions';
/** The bundle of the command line has it beside itself, in one file. */
const BUNDLED = join(dirname(__filename), `${NAME}.cjs`);
let compiled: Bindable | undefined;

/**
 * Evaluates `aws-local-stepfunctions` with the world's timers, `Date` and `Math.random` in place of the machine's, so
 * that no global is patched and worlds do not disturb each other. Its AWS clients are replaced by nothing: every task
 * is served by the engine, and a task that is not must not reach a real account.
 */
export function loadInterpreter(clock: VirtualClock, random: () => number): InterpreterModule {
  const path = existsSync(BUNDLED) ? BUNDLED : createRequire(__filename).resolve(NAME);
  // The source is read once per process; the parameters shadow the globals of the same names. Node's vm would make
  // objects of another realm, which the interpreter does not take for plain ones when a test runner has its own.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  compiled ??= new Function(
    ...['require', 'module', 'exports', 'setTimeout', 'clearTimeout', 'Date', 'Math'],
    readFileSync(path, 'utf8'),
  ) as Bindable;
  const module = { exports: {} };
  const itsRequire = createRequire(path);
  const requireWithoutAws = (name: string): unknown => (name.startsWith('@aws-sdk/') ? {} : itsRequire(name));
  const setTimeout = (callback: () => void, ms: number) => clock.setTimeout(callback, ms);
  const clearTimeout = (timer: unknown) => clock.clearTimeout(timer);
  const math = Object.assign(Object.create(Math) as Math, { random });
  compiled(requireWithoutAws, module, module.exports, setTimeout, clearTimeout, clock.Date, math);
  return module.exports as InterpreterModule;
}
