import { appendFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env as runtime, InferenceSession } from 'onnxruntime-node';
import { MAX_CLASS_NAME, MAX_CLASS_NAMES } from '../contract/class-names';
import type { TensorMetadata } from '../contract/inference-protocol';
import type { ModelReference, ModelServerEnv } from '../contract/model-server-env';
import type { AnswerCounter, OutputFacts } from '../domain/measures/count-answers';
import { kindOf } from '../domain/prediction';
import { downloadModel, type Progress } from './download-model';
import { explained } from './explain-runtime';
import { findExternalData, type ExtraOutput, extraOutputs } from './external-data';
import { readGraph, SPEAKABLE, type DeclaredValue, type ModelGraph } from './model-graph';
import type { ModelSource } from '../adapters/s3/model-source';
import { NotReady } from './not-ready';
import { madeBy, textsOf } from './output-makers';
import { readAtOf } from './protobuf-reader';
import { datatypeOf } from './tensor-data';

/** A tensor of the model's signature, by the name that callers use. */
export interface TensorSignature extends TensorMetadata {
  /** What the runtime calls it. */
  readonly runName: string;
  /**
   * Per dimension its size, or the name that the model's author gave to one that a request chooses, or '' without one.
   */
  readonly sizes: readonly (number | string)[];
  /** Nothing is known of the shape, not even how many dimensions it has. */
  readonly anyRank: boolean;
  /** Of the columns, where the model itself names them. */
  readonly classNames?: readonly string[];
}

export interface LoadedModel {
  readonly session: InferenceSession;
  readonly inputs: readonly TensorSignature[];
  /** The outputs that can be answered: tensors, and the probabilities in the maps of scikit-learn's converter. */
  readonly outputs: readonly TensorSignature[];
  /** The others, each with the reason, in words. */
  readonly leftOut: readonly string[];
  /** Whether its graph does something with values that are missing. */
  readonly takesMissing: boolean;
  /** Of its outputs, for what is counted of its answers. */
  readonly facts: readonly OutputFacts[];
  /** Of its classes, where its labels are text and it names them itself; the golden set's where it does not. */
  readonly ownNames: readonly string[] | undefined;
}

export interface Counting {
  readonly counter: AnswerCounter;
  /** Of the classes that are counted, in the order of their index. */
  readonly countedNames: readonly string[] | undefined;
}

/**
 * Downloads, checks and loads the model. Throws `NotReady`, and nothing else, for whatever is wrong with it. It goes
 * through a file in /tmp, so that the runtime alone holds it in memory: at most twice, while it takes the weights out
 * of the file.
 */
export async function loadModel(
  source: ModelSource,
  model: ModelReference,
  env: ModelServerEnv,
  progress: Progress,
  now: () => number,
): Promise<LoadedModel> {
  const directory = await mkdtemp(join(tmpdir(), 'greenlight-'));
  const file = join(directory, 'model.onnx');
  try {
    await downloadModel(source, model, file, env.maxModelMegabytes, progress);
    progress.doneAt = now();
    const graph = await readFile(file, progress.bytes);
    const extra = extraOutputsFor(graph);
    if (extra.length > 0) await appendFile(file, extraOutputs(extra, graph));
    await writeAt(file, graph.unspeakableAt, SPEAKABLE);
    const session = await createSession(file, env.threads);
    const signature = readSignature(session, graph, extra, env);
    return { ...signature, ...factsOf(signature.outputs, graph, env) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function readFile(path: string, size: number): Promise<ModelGraph> {
  const file = await open(path);
  try {
    const readAt = readAtOf(file.fd);
    const external = findExternalData(size, readAt);
    if (external !== undefined) {
      throw new NotReady(
        'ExternalData',
        `The values of tensor ${external.tensor} lie in another file (${external.location}), and a model is one ` +
          `object: \`greenlight upload\` makes one of both files; or save it as one, torch.onnx.export(…, ` +
          "external_data=False), onnx.save_model(onnx.load(path), 'whole.onnx'); above 2 GB, which such a file " +
          'cannot have, quantize it or serve it by a function of your own.',
      );
    }
    const graph = readGraph(size, readAt);
    refuseForeignTypes(graph);
    return graph;
  } finally {
    await file.close();
  }
}

async function writeAt(path: string, positions: readonly number[], text: string): Promise<void> {
  if (positions.length === 0) return;
  const file = await open(path, 'r+');
  try {
    for (const position of positions) await file.write(text, position);
  } finally {
    await file.close();
  }
}

function refuseForeignTypes({ inputs, outputs }: ModelGraph): void {
  const of = (side: string, values: readonly DeclaredValue[]) => values.map((value) => ({ side, ...value }));
  for (const { side, name, foreign, kind } of [...of('Input', inputs), ...of('Output', outputs)]) {
    if (foreign !== undefined) {
      throw new NotReady(
        'UnsupportedModel',
        `${side} ${name} is of type ${foreign}, which onnxruntime for Node.js can neither take nor give: cast it ` +
          'to FP32 in the model.',
      );
    }
    if (side === 'Input' && kind !== 'tensor' && kind !== 'undeclared') {
      throw new NotReady('UnsupportedModel', `Input ${name} is ${aKind(kind)}; only tensors can be sent.`);
    }
  }
}

const aKind = (kind: DeclaredValue['kind']): string => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;

function extraOutputsFor({ outputs, zipMaps }: ModelGraph): readonly ExtraOutput[] {
  return outputs.flatMap(({ name }, index) => {
    const zipMap = zipMaps.find(({ output }) => output === name);
    return zipMap ? [{ of: zipMap.input, name: `greenlight:${index}`, for: name }] : [];
  });
}

function readSignature(
  session: InferenceSession,
  graph: ModelGraph,
  extra: readonly ExtraOutput[],
  env: ModelServerEnv,
): Omit<LoadedModel, 'facts' | 'ownNames'> {
  const declared = (values: readonly DeclaredValue[], wanted: string) => values.find(({ name }) => name === wanted);
  const inputs = session.inputMetadata.map((input) => {
    const signature = signatureOf(input, declared(graph.inputs, input.name));
    if (signature) return signature;
    throw new NotReady(
      'UnsupportedModel',
      `Input ${input.name} is not a tensor of a datatype that can be sent as JSON.`,
    );
  });
  const leftOut: string[] = [];
  // A file may list an output twice; the runtime answers it once.
  const listed = graph.outputs.filter(({ name }, index, all) => all.findIndex((one) => one.name === name) === index);
  const outputs = listed.flatMap((output) => {
    const added = extra.find((one) => one.for === output.name);
    const runName =
      added?.name ?? (graph.unspeakableAt.length > 0 && output.name === '__proto__' ? SPEAKABLE : output.name);
    const value = session.outputMetadata.find(({ name }) => name === runName);
    const signature = value && signatureOf(value, added ? undefined : output);
    if (!value || !signature) {
      const what = value?.isTensor ? `of type ${value.type}` : aKind(output.kind);
      leftOut.push(`output ${output.name} is ${what}, which onnxruntime for Node.js cannot give`);
      return [];
    }
    const classes = graph.zipMaps.find((zipMap) => zipMap.output === output.name)?.classes;
    return [{ ...signature, name: output.name, ...(classes && columnsOf(classes)) }];
  });
  if (outputs.length === 0) {
    throw new NotReady('UnsupportedModel', `The model has no output that is a tensor: ${leftOut.join('; ')}.`);
  }
  if (env.predictionOutput !== undefined && !outputs.some((output) => output.name === env.predictionOutput)) {
    const names = outputs.map((output) => output.name).join(', ');
    const reasons = leftOut.map((text) => `; ${text}`).join('');
    throw new NotReady(
      'UnsupportedModel',
      `The prediction should be output ${env.predictionOutput}, but the model's are ${names}${reasons}.`,
    );
  }
  refuseUnknownOutputs(outputs, env);
  return { session, inputs, outputs, leftOut, takesMissing: graph.takesMissing };
}

function refuseUnknownOutputs(outputs: readonly TensorSignature[], { measures }: ModelServerEnv): void {
  const lost = measures.find(({ output }) => !outputs.some(({ name }) => name === output));
  if (lost === undefined) return;
  throw new NotReady(
    'UnsupportedModel',
    `The measure ${lost.name} is of output ${lost.output}, but the model's are ` +
      `${outputs.map(({ name }) => name).join(', ')}.`,
  );
}

function factsOf(
  outputs: readonly TensorSignature[],
  graph: ModelGraph,
  { labels, predictionOutput }: ModelServerEnv,
): Pick<LoadedModel, 'facts' | 'ownNames'> {
  const facts = outputs.map(({ name, datatype, shape, anyRank }) => ({
    name,
    kind: kindOf(datatype),
    shape: anyRank ? [-1, -1, -1] : shape,
    made: madeBy(graph, name),
  }));
  const text = facts.find(({ name, kind }) => kind === 'string' && (predictionOutput ?? name) === name);
  const found = text && (textsOf(graph, text.name) ?? labels);
  return { facts, ownNames: found && areClassNames(found) ? found : undefined };
}

/** As many and as long as the setting may have: they are told in metadata and carried through the rollout. */
const areClassNames = (names: readonly string[]): boolean =>
  names.length <= MAX_CLASS_NAMES && names.every(({ length }) => length <= MAX_CLASS_NAME);

/** What a map per row becomes: a row of a table, and the names of its columns. */
const columnsOf = (classNames: readonly string[]) => ({
  shape: [-1, classNames.length],
  sizes: ['', classNames.length],
  anyRank: false,
  classNames,
});

async function createSession(file: string, threads: number | undefined): Promise<InferenceSession> {
  // Whatever matters comes back as a rejection; the runtime's own lines on stderr are no JSON.
  runtime.logLevel = 'fatal';
  try {
    return await InferenceSession.create(file, {
      executionProviders: ['cpu'],
      executionMode: 'sequential',
      intraOpNumThreads: threads ?? threadsOfMemory(),
      interOpNumThreads: 1,
      logSeverityLevel: 4,
    });
  } catch (error) {
    // Where the file lay says nothing of the model.
    throw explained(String(error).replaceAll(file, 'the file'), error);
  }
}

/**
 * Lambda gives one processor per 1,769 MB of memory; more threads than that only wait for each other.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
function threadsOfMemory(): number {
  const megabytes = Number(process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? 0);
  return Math.max(1, Math.floor(megabytes / 1769));
}

function signatureOf(
  value: InferenceSession.ValueMetadata,
  declared: DeclaredValue | undefined,
): TensorSignature | undefined {
  if (!value.isTensor) return undefined;
  const datatype = datatypeOf(value.type);
  if (datatype === undefined) return undefined;
  const shape = value.shape.map((size) => (typeof size === 'number' && size >= 0 ? size : -1));
  const sizes = value.shape.map((size) => (typeof size === 'number' ? (size >= 0 ? size : '') : nameOfSize(size)));
  // The runtime gives no dimensions for a scalar and for a shape that it does not know.
  const anyRank = shape.length === 0 && declared?.anyRank === true;
  return { name: value.name, runName: value.name, datatype, shape, sizes, anyRank };
}

/**
 * A size's name, or '' for what is none: exporters write `?`, `-1`, `None` or a number for every size that is open, and
 * two of these need not be the same.
 */
const nameOfSize = (name: string): string =>
  /^(\?|-?\d*|none|null|unknown|unk__\d+|\*)$/i.test(name.trim()) ? '' : name;
