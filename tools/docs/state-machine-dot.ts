/** A state of the definition, as far as the picture needs it. */
export interface DrawnState {
  readonly Type: 'Task' | 'Choice' | 'Wait' | 'Succeed' | 'Fail';
  readonly Comment?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string; readonly Variable?: string; readonly StringEquals?: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
}
export type States = Readonly<Record<string, DrawnState>>;
export interface DrawnDefinition {
  readonly StartAt: string;
  readonly States: States;
}

interface Edge {
  readonly to: string;
  readonly label: string;
}

/** Text and fills are chosen to read on the picture's own white card, whatever surrounds it. */
const LOOK: Readonly<Record<DrawnState['Type'], string>> = {
  Task: 'shape=box style="rounded,filled" fillcolor="#dbeafe" color="#1d4ed8"',
  Choice: 'shape=hexagon style=filled fillcolor="#fef3c7" color="#b45309"',
  Wait: 'shape=oval style=filled fillcolor="#f3f4f6" color="#6b7280"',
  Succeed: 'shape=box style="rounded,filled,bold" fillcolor="#dcfce7" color="#15803d"',
  Fail: 'shape=box style="rounded,filled,bold" fillcolor="#fee2e2" color="#b91c1c"',
};

/**
 * The definition in Graphviz' language. A dozen arrows of failure would hide the way, so the states whose failure leads
 * to the same restore share a frame, and the frame has the arrow.
 */
export function stateMachineDot({ StartAt, States: states }: DrawnDefinition, restores: readonly string[]): string {
  const nodes = inOrder(states, StartAt);
  const framed = restores.map((restore) => ({
    restore,
    members: nodes.filter(([, state]) => failsTo(state) === restore && state.Type === 'Task').map(([id]) => id),
  }));
  const frameOf = (id: string) => framed.find(({ members }) => members.includes(id))?.restore;
  const lines = framed.flatMap(({ restore, members }, index) => [
    `subgraph cluster_${index} { style="rounded,dashed" color="#b91c1c" bgcolor="#fffafa"`,
    ...nodes.filter(([id]) => members.includes(id) || isBetween(states, id, members)).map(([id]) => `  ${quoted(id)}`),
    '}',
    `${quoted(members.at(-1) ?? '')} -> ${quoted(restore)} [ltail=cluster_${index} style=dashed color="#b91c1c" ` +
      `fontcolor="#b91c1c" label="  any failure,\\n  any other answer"]`,
  ]);
  for (const [id, state] of nodes) {
    lines.push(`${quoted(id)} [${LOOK[state.Type]}]`);
    for (const { to, label } of edges(state)) {
      if (restores.includes(to) && (frameOf(id) === to || state.Default === to)) continue;
      lines.push(`${quoted(id)} -> ${quoted(to)} [label=${quoted(label === '' ? '' : `  ${label}  `)}]`);
    }
    for (const restoreFailed of restores.includes(id) ? (state.Catch ?? []) : [])
      lines.push(`${quoted(id)} -> ${quoted(restoreFailed.Next)} [style=dashed color="#b91c1c"]`);
  }
  return `digraph { ${GRAPH}\n${lines.join('\n')}\n}`;
}

const GRAPH = [
  'compound=true rankdir=TB bgcolor=white pad=0.3 nodesep=0.35 ranksep=0.4',
  'node [fontname="Helvetica,Arial,sans-serif" fontsize=13 fontcolor="#111827" penwidth=1.4 margin="0.15,0.08"]',
  'edge [fontname="Helvetica,Arial,sans-serif" fontsize=11 fontcolor="#374151" color="#4b5563" arrowsize=0.8]',
].join('; ');

/** As a rollout enters them: Graphviz draws what comes first above what follows. */
function inOrder(states: States, start: string): readonly (readonly [string, DrawnState])[] {
  const found = new Map<string, DrawnState>();
  const visit = (id: string) => {
    const state = states[id];
    if (state === undefined || found.has(id)) return;
    found.set(id, state);
    for (const { to } of edges(state)) visit(to);
    for (const { Next } of state.Catch ?? []) visit(Next);
  };
  visit(start);
  return [...found];
}

/** The waits and questions between framed tasks belong in their frame. */
function isBetween(states: States, id: string, members: readonly string[]): boolean {
  const { Type, Next = '' } = states[id] ?? { Type: 'Fail' };
  return Type === 'Choice' ? fedBy(states, id, members) : Type === 'Wait' && members.includes(Next);
}

const fedBy = (states: States, id: string, members: readonly string[]): boolean =>
  members.some((member) => states[member]?.Next === id);

const failsTo = (state: DrawnState): string | undefined => state.Catch?.at(-1)?.Next;

function edges(state: DrawnState): readonly Edge[] {
  const chosen = (state.Choices ?? []).map((choice) => ({
    to: choice.Next,
    label: choice.Variable === '$.next' ? (choice.StringEquals ?? '') : '',
  }));
  const onward = [state.Next, state.Default].filter((to) => to !== undefined).map((to) => ({ to, label: '' }));
  // Two conditions with one target are one arrow.
  return [...chosen, ...onward].filter(
    ({ to, label }, index, all) => all.findIndex((other) => other.to === to && other.label === label) === index,
  );
}

const quoted = (text: string): string => JSON.stringify(text);
