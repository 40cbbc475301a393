import { FOREIGN_ELEMENTS } from './model-graph';
import { NotReady, reason } from './not-ready';

interface KnownRuntimeError {
  readonly of: RegExp;
  readonly code: 'ModelUnloadable' | 'UnsupportedModel';
  /** What is wrong and what to do, of what the runtime said. */
  readonly sentence: (found: RegExpExecArray) => string;
}

/** What onnxruntime says when it cannot load a model, and what that means for its author; the first that fits. */
const EXPLANATIONS: readonly KnownRuntimeError[] = [
  {
    of: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/i,
    code: 'UnsupportedModel',
    sentence: ([, has, max]) =>
      `The model's ir_version is ${has}, this server's onnxruntime reads up to ${max}: set model.ir_version = ` +
      `${max} before onnx.save, or export with an older onnx.`,
  },
  {
    of: /Opset (\d+) is under development.*?(?:domain (\S+) is till opset (\d+))/is,
    code: 'UnsupportedModel',
    sentence: ([, has, domain, max]) =>
      `The model uses opset ${has} of ${domain}, this server's onnxruntime knows up to ${max}: export it with ` +
      `opset_version=${max} or less.`,
  },
  {
    of: /Failed to construct locale with name:\s*([\w.@-]+)/i,
    code: 'UnsupportedModel',
    sentence: ([, locale = '?']) =>
      `A StringNormalizer of the model wants locale ${locale}, which Lambda's image does not have: set the ` +
      `node's attribute locale to "C", whose upper and lower case are those of ASCII, or change the case of the ` +
      'text before it is sent.',
  },
  {
    of: /Unsupported data type: (\d+)/i,
    code: 'UnsupportedModel',
    sentence: ([, type]) =>
      `An input or output is of type ${FOREIGN_ELEMENTS[Number(type)] ?? `${type} of ONNX's element types`}, ` +
      'which onnxruntime for Node.js can neither take nor give: cast it in the model.',
  },
  {
    of: /(?:No opset import for domain '?([\w.-]+)|(?<![\w.:])([\w.]+(?::[\w.]+)?)\(-?\d+\) is not a registered function\/op)/i,
    code: 'UnsupportedModel',
    sentence: ([, domain, operator]) =>
      'The model uses ' +
      `${operator === undefined ? `operators of the domain ${domain}` : `the operator ${operator}`}, which this ` +
      "server's onnxruntime does not have: operators of one's own cannot be loaded, export the model without " +
      'them.',
  },
  {
    of: /No Op registered for (\w+) with domain_version of (\d+)/i,
    code: 'UnsupportedModel',
    sentence: ([, operator, opset]) =>
      `The model uses the operator ${operator}, which opset ${opset} does not have: export it with the opset ` +
      "that brought the operator; operators of one's own cannot be loaded.",
  },
  {
    of: /Could not find an implementation for ([\w.]+)\((\d+)\)(?: node with name '([^']*)')?/i,
    code: 'UnsupportedModel',
    sentence: ([, operator, version, node]) =>
      `onnxruntime has no implementation of ${operator} (version ${version})${node ? `, at node ${node},` : ''} ` +
      'on a processor, for these types or of so old an opset: cast its inputs, for example to FP32, or convert ' +
      'the model (onnx.version_converter.convert_version).',
  },
  {
    of: /Type Error: (Type.{0,200}?tensor\((?:double|float)\).{0,200}?(?:is invalid|does not match expected type|bound to different types))/is,
    code: 'UnsupportedModel',
    sentence: ([, said = '']) =>
      `Its exporter mixed FP32 and FP64 (${said.replace(/\s+/g, ' ')}), which no onnxruntime loads. skl2onnx ` +
      'does for float64 data: export with float32, to_onnx(model, X[:1].astype("float32")), of a DataFrame its ' +
      'float64 columns.',
  },
  {
    of: /bad_alloc|bad allocation|failed to allocate/i,
    code: 'ModelUnloadable',
    sentence: ([said]) => `There is too little memory${ofMemory()} (${said}): raise the endpoint's memoryMB.`,
  },
];

const ofMemory = (megabytes = process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']): string =>
  megabytes === undefined ? '' : `, memoryMB is ${megabytes}`;

/**
 * Most that is read of what the runtime says: it quotes names, which have any length, and the cause stands before or
 * behind them.
 */
const MOST_READ = 5_000;
const ends = (said: string): string =>
  said.length <= MOST_READ ? said : `${said.slice(0, MOST_READ / 2)} … ${said.slice(-MOST_READ / 2)}`;

/** `NotReady` for a model that the runtime refuses to load: the cause first, and what to do where that is known. */
export function explained(whole: string, cause: unknown): NotReady {
  const said = ends(whole);
  for (const { of, code, sentence } of EXPLANATIONS) {
    const found = of.exec(said);
    if (found) return new NotReady(code, `The model cannot be loaded: ${sentence(found)}`, { cause });
  }
  return new NotReady('ModelUnloadable', `The model cannot be loaded: ${reason(withoutSources(said))}`, { cause });
}

/** Which line of the runtime's own source complained does not help the author of the model, and hides the cause. */
const withoutSources = (said: string): string =>
  said
    .replace(/^Error: |Load model from the file failed:|Exception during (?:initialization|loading):/g, '')
    .replace(
      /(?:\[[^\]]*\] : \d+ : [A-Z_]+ : )?\S*onnxruntime_src\/\S+:\d+ [^)]*\)(?:::<lambda\(\)>)?(?: const)? ?/g,
      '',
    )
    .replace(/\s+/g, ' ')
    .trim();
