import type { ModelTask } from './task';

/** More would fill the rollout's state. */
const MOST_NAMED = 20;

export function namedInputs(inputs: readonly { readonly name: string; readonly datatype: string }[]): string[] {
  const named = inputs.slice(0, MOST_NAMED).map(({ name, datatype }) => `${name.slice(0, 100)} (${datatype})`);
  return inputs.length > MOST_NAMED ? [...named, `${inputs.length - MOST_NAMED} more`] : named;
}

/** What was understood, for the first lines of whatever shows a rollout. */
export function understoodInWords(understood: {
  readonly task: ModelTask;
  readonly why: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly blue?: string | undefined;
}): string {
  const { task, why, inputs, outputs, blue } = understood;
  return (
    `Task: ${task} (${why}). Inputs: ${inputs.join(', ')}. Answer: ` +
    `${outputs.join(', ')}.${blue === undefined ? '' : ` Blue: ${blue}.`}`
  );
}
