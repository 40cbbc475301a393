import { Template } from '../stack/template';

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: string;
}
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string;
}
export interface State {
  readonly Type: 'Task' | 'Choice' | 'Wait' | 'Succeed' | 'Fail';
  readonly Resource?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly (Record<string, unknown> & { readonly Next: string })[];
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly ResultPath?: string;
  readonly OutputPath?: string;
  readonly SecondsPath?: string;
  readonly ErrorPath?: string;
  readonly CausePath?: string;
  readonly Error?: string;
}
export interface Definition {
  readonly StartAt: string;
  readonly Comment: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/** The state machine as it would be deployed, with references written out. */
export function definitionOf(template: Template): Definition {
  const machine = template.properties(template.one('AWS::StepFunctions::StateMachine'));
  return JSON.parse(machine.DefinitionString as string) as Definition;
}

export const deployed = definitionOf(new Template([{ name: 'digits' }]));

export function stateOf(definition: Definition, id: string): State {
  const state = definition.States[id];
  if (state === undefined) throw new Error(`no state ${id}`);
  return state;
}

/** Where a state leads when nothing fails. */
export const nextOf = (state: State): readonly string[] =>
  [state.Next, state.Default, ...(state.Choices ?? []).map(({ Next }) => Next)].filter((id) => id !== undefined);

/** Everything that can come after a state, failures included, and the state itself. */
export function reachable(definition: Definition, from: string, withFailures = true): ReadonlySet<string> {
  const seen = new Set<string>();
  const todo = [from];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const state = stateOf(definition, id);
    todo.push(...nextOf(state), ...(withFailures ? (state.Catch ?? []).map(({ Next }) => Next) : []));
  }
  return seen;
}

/** Which answer to `$.next` leads where; `''` is any other answer. */
export function answersOf(definition: Definition, id: string): ReadonlyMap<string, string> {
  const { Choices = [], Default } = stateOf(definition, id);
  const pairs = Choices.map((choice): [string, string] => {
    if (choice.Variable !== '$.next' || typeof choice.StringEquals !== 'string')
      throw new Error(`${id} looks at something else: ${JSON.stringify(choice)}`);
    return [choice.StringEquals, choice.Next];
  });
  return new Map([...pairs, ['', Default ?? '(none)']]);
}
