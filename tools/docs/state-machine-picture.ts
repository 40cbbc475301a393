import { instance } from '@viz-js/viz';
import { STATES } from '../../lambdas/domain/workflow';
import { synthTemplate } from '../../lib/synthesise';
import { type DrawnDefinition, stateMachineDot } from './state-machine-dot';

const RESTORES = [STATES.abortRollout, STATES.revertRollout];

/** docs/reference/state-machine.svg: the deployed definition, drawn by Graphviz. */
export async function statePicture(): Promise<string> {
  const viz = await instance();
  const svg = viz.renderString(stateMachineDot(deployed(), RESTORES), { format: 'svg' });
  // Without the XML prologue and the name of the program, which change with its version.
  return `${svg
    .slice(svg.indexOf('<svg'))
    .replace(/<!--[\s\S]*?-->\n?/g, '')
    .replace('<svg ', '<svg role="img" aria-label="The states of a rollout" ')
    .trim()}\n`;
}

/** docs/reference/state-machine.md: the picture, and what each state does in the words that the console shows too. */
export function statePage(): string {
  const rows = Object.entries(deployed().States)
    .map(([id, { Type, Comment = '' }]) => [id, Type, Comment])
    .sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
  return [
    '# The state machine',
    '',
    'Written by `npm run docs:picture` from the definition that is deployed; do not edit.',
    '',
    '![The states of a rollout](state-machine.svg)',
    '',
    ...table([['State', 'Kind', 'What it does'], ...rows]),
    '',
  ].join('\n');
}

/** Padded as the formatter pads it, so that formatting changes nothing. The first row is the head. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [head = '', ...body] = rows.map((row) => line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body];
}

/** The definition's references to functions do not matter here. */
function deployed(): DrawnDefinition {
  const { Resources } = synthTemplate([{ name: 'digits' }]) as {
    Resources: Record<string, { Type: string; Properties: { DefinitionString?: { 'Fn::Join': [string, unknown[]] } } }>;
  };
  const machine = Object.values(Resources).find(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');
  const [, parts] = machine?.Properties.DefinitionString?.['Fn::Join'] ?? ['', []];
  const text = parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('');
  return JSON.parse(text) as DrawnDefinition;
}
