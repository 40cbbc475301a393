import type { OutputFacts } from '../domain/measures/count-answers';

/** A node of the graph, by one of its outputs. */
export interface Maker {
  readonly operator: string;
  /** The first of its inputs. */
  readonly input: string | undefined;
}

/** What says where a tensor comes from, and the texts that a node or a constant of the graph holds. */
export interface Makers {
  readonly makers: ReadonlyMap<string, Maker>;
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

/** They change where values stand, and not what they are. */
const PASSING = ['Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'ArrayFeatureExtractor', 'ZipMap'];
const SHARES = ['Softmax', 'Normalizer', 'LinearClassifier', 'SVMClassifier', 'TreeEnsembleClassifier'];
const LOGITS = ['Gemm', 'MatMul', 'Add', 'Conv'];

/** Longer chains of such nodes are none that an exporter writes. */
const MOST_STEPS = 10;

function* upwards({ makers }: Makers, output: string): Generator<readonly [tensor: string, maker: Maker | undefined]> {
  let tensor: string | undefined = output;
  for (let step = 0; step < MOST_STEPS && tensor !== undefined; step += 1) {
    const maker = makers.get(tensor);
    yield [tensor, maker];
    tensor = maker !== undefined && PASSING.includes(maker.operator) ? maker.input : undefined;
  }
}

/** What the last operator before an output makes of it; undefined where that leaves it open. */
export function madeBy(graph: Makers, output: string): OutputFacts['made'] {
  const operator = [...upwards(graph, output)].at(-1)?.[1]?.operator ?? '';
  if (SHARES.includes(operator)) return 'shares';
  if (operator === 'Sigmoid') return 'labels';
  if (operator === 'TopK') return 'ranked';
  return LOGITS.includes(operator) ? 'logits' : undefined;
}

/** The texts that an output chooses from, in the model's own order. */
export function textsOf(graph: Makers, output: string): readonly string[] | undefined {
  for (const [tensor, maker] of upwards(graph, output)) {
    const texts = graph.texts.get(tensor) ?? (maker?.input === undefined ? undefined : graph.texts.get(maker.input));
    if (texts !== undefined && texts.length > 0) return [...new Set(texts)];
  }
  return undefined;
}
