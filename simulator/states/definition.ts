import { STATES_DATA_LIMIT_BYTES } from './limits';

/** A state machine's definition in Amazon States Language, as far as the engine looks at it. */
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds?: number;
  readonly QueryLanguage?: string;
}
export type State = Readonly<Record<string, unknown>> & { readonly Type: string };

export const INVOKE = 'arn:aws:states:::lambda:invoke';
export const INVOKE_AND_WAIT = `${INVOKE}.waitForTaskToken`;

/** A year and more: what Step Functions takes for a task without a timeout. The interpreter would take a minute. */
const NO_TIMEOUT_SECONDS = 99_999_999;

/** Carries a task's time limit past its Parameters; the task itself never sees it. */
export const TIMEOUT_PARAMETER = 'EngineTimeoutSeconds';

/** Thrown for what the embedded engine does not know how to run, so that nothing runs differently in silence. */
export class UnsupportedDefinition extends Error {
  override readonly name = 'UnsupportedDefinition';
}

/** Reads a definition and refuses what the engine cannot run as AWS would. */
export function parseDefinition(json: string): Definition {
  if (json.length > 4 * STATES_DATA_LIMIT_BYTES) throw new UnsupportedDefinition('a definition is at most 1 MB');
  const definition = JSON.parse(json) as Definition;
  if (definition.QueryLanguage === 'JSONata') throw new UnsupportedDefinition('JSONata is not supported');
  for (const [name, state] of allStates(definition)) {
    if (state.QueryLanguage === 'JSONata') throw new UnsupportedDefinition(`${name}: JSONata is not supported`);
    if (state.Type === 'Task' && state.Resource !== INVOKE && state.Resource !== INVOKE_AND_WAIT) {
      throw new UnsupportedDefinition(`${name}: the resource ${String(state.Resource)} is not supported`);
    }
  }
  return definition;
}

/** Every state by name, those inside Parallel and Map too. ASL wants names unique in the whole machine. */
export function allStates(definition: Definition): (readonly [name: string, state: State])[] {
  return Object.entries(definition.States).flatMap(([name, state]) => [
    [name, state] as const,
    ...innerMachines(state).flatMap(allStates),
  ]);
}

/**
 * The definition as the interpreter must be given it, to do what Step Functions does: tasks without a timeout have
 * none; `ResultPath: "$"` is the default; `$$.Execution` is the execution's own, also in a branch or after a redrive,
 * where the interpreter would put the branch's input.
 */
export function forInterpreter(definition: Definition, onEnter: (state: string) => void): Definition {
  const text = JSON.stringify(definition).replace(/\$\$\.Execution\b/g, '$$$$.RootExecution');
  return prepare(JSON.parse(text) as Definition, onEnter);
}

function prepare(definition: Definition, onEnter: (state: string) => void): Definition {
  const states = Object.fromEntries(
    Object.entries(definition.States).map(([name, state]) => [name, prepareState(state, onEnter)]),
  );
  // The interpreter takes a state out of this object just before it enters it, and evaluates its input at once.
  const watched = new Proxy(states, {
    get(target, name) {
      if (typeof name === 'string' && Object.hasOwn(target, name)) onEnter(name);
      return Reflect.get(target, name) as unknown;
    },
  });
  return { ...definition, States: watched };
}

function prepareState(state: State, onEnter: (state: string) => void): State {
  const prepared: Record<string, unknown> & { Type: string } = { ...state };
  if (prepared.ResultPath === '$') delete prepared.ResultPath;
  if (Array.isArray(prepared.Catch)) {
    prepared.Catch = (prepared.Catch as Record<string, unknown>[]).map(({ ResultPath, ...catcher }) =>
      ResultPath === '$' || ResultPath === undefined ? catcher : { ...catcher, ResultPath },
    );
  }
  if (state.Type === 'Task' && !state.TimeoutSecondsPath) prepared.TimeoutSeconds ??= NO_TIMEOUT_SECONDS;
  if (state.TimeoutSecondsPath && state.Parameters) {
    // The interpreter looks for it in what Parameters made of the input, AWS in the input itself.
    prepared.Parameters = { ...state.Parameters, [`${TIMEOUT_PARAMETER}.$`]: state.TimeoutSecondsPath };
    prepared.TimeoutSecondsPath = `$.${TIMEOUT_PARAMETER}`;
  }
  if (Array.isArray(state.Branches)) {
    prepared.Branches = (state.Branches as Definition[]).map((branch) => prepare(branch, onEnter));
  }
  for (const key of ['Iterator', 'ItemProcessor']) {
    if (state[key]) prepared[key] = prepare(state[key] as Definition, onEnter);
  }
  return prepared;
}

function innerMachines(state: State): readonly Definition[] {
  const inner = [...((state.Branches as Definition[] | undefined) ?? []), state.Iterator, state.ItemProcessor];
  return inner.filter((machine): machine is Definition => typeof machine === 'object' && machine !== null);
}
