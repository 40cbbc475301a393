import { NotReady, reason } from './not-ready';
import type { Maker, Makers } from './output-makers';
import { readEnd, readTag, Reader, WIRE, type ReadAt } from './protobuf-reader';

/** Numbers of fields and types, from onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
export const MODEL = { graph: 7, opset: 8 } as const;
export const OPSET = { domain: 1, version: 2 } as const;
export const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 } as const;
export const NODE = { input: 1, output: 2, operator: 4, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, integers: 8, texts: 9 } as const;
const TENSOR = { texts: 6, name: 8 } as const;
export const VALUE = { name: 1, type: 2 } as const;
const TYPE = { tensor: 1, sequence: 4, map: 5, sparse: 8, optional: 9 } as const;
const TENSOR_TYPE = { element: 1, shape: 2 } as const;

/** Types of elements that onnxruntime's Node.js binding (1.30) neither takes nor gives. */
export const FOREIGN_ELEMENTS: Readonly<Record<number, string>> = {
  14: 'COMPLEX64',
  15: 'COMPLEX128',
  16: 'BFLOAT16 (bf16)',
  17: 'FLOAT8E4M3FN',
  18: 'FLOAT8E4M3FNUZ',
  19: 'FLOAT8E5M2',
  20: 'FLOAT8E5M2FNUZ',
  21: 'UINT4',
  22: 'INT4',
  23: 'FLOAT4E2M1',
  24: 'FLOAT8E8M0',
  25: 'UINT2',
  26: 'INT2',
};

/** An input or output of the graph, as the file declares it. */
export interface DeclaredValue {
  readonly name: string;
  readonly kind: 'tensor' | 'sequence' | 'map' | 'sparse tensor' | 'optional' | 'undeclared';
  /** Name of an element type that cannot be served. */
  readonly foreign: string | undefined;
  /** The file says nothing of the shape, not even how many dimensions it has. */
  readonly anyRank: boolean;
}

/**
 * JavaScript takes this name for something else, so that the runtime's binding cannot answer an output of that name.
 * The other is as long, so that it can be written over the first.
 */
const UNSPEAKABLE = '__proto__';
export const SPEAKABLE = '_-proto-_';

/** scikit-learn's converter ends a classifier in one: its output is a map per row, from class to probability. */
export interface ZipMap {
  /** The tensor of probabilities that goes in. */
  readonly input: string;
  readonly output: string;
  /** In the order of the columns. */
  readonly classes: readonly string[];
}

/** What the server reads of a model's file, beside what the runtime says of it. */
export interface ModelGraph extends Makers {
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
  readonly zipMaps: readonly ZipMap[];
  /** Where in the file the name `__proto__` stands, if an output is called so. */
  readonly unspeakableAt: readonly number[];
  /** Whether the file says which version of the standard operators it uses; one of ai.onnx.ml alone need not. */
  readonly hasStandardOperators: boolean;
  /**
   * Whether it does something with a value that is missing: it imputes it, asks for it, or has a way for it in its
   * trees.
   */
  readonly takesMissing: boolean;
}

/** Reads them. Throws `NotReady` ModelUnloadable when the bytes are no protobuf message. */
export function readGraph(size: number, readAt: ReadAt): ModelGraph {
  try {
    const found = new FoundInGraph();
    readModel(new Reader(size, readAt), size, found);
    return found.graph();
  } catch (error) {
    throw new NotReady('ModelUnloadable', `The file is not a whole ONNX model: ${reason(error)}`, { cause: error });
  }
}

class FoundInGraph {
  readonly inputs: DeclaredValue[] = [];
  readonly outputs: DeclaredValue[] = [];
  readonly initializers = new Set<string>();
  readonly makers = new Map<string, Maker>();
  readonly texts = new Map<string, readonly string[]>();
  readonly zipMaps: ZipMap[] = [];
  readonly unspeakableAt: number[] = [];
  hasStandardOperators = false;
  takesMissing = false;

  graph(): ModelGraph {
    const { outputs, zipMaps, hasStandardOperators, takesMissing, makers, texts } = this;
    // Old files list weights among the inputs.
    const inputs = this.inputs.filter(({ name }) => !this.initializers.has(name));
    const unspeakableAt = outputs.some(({ name }) => name === UNSPEAKABLE) ? this.unspeakableAt : [];
    return { inputs, outputs, zipMaps, unspeakableAt, hasStandardOperators, takesMissing, makers, texts };
  }

  /** The name of a tensor that is no input of the graph. */
  nameHere(reader: Reader, end: number): string {
    const at = reader.pos;
    const name = textHere(reader, end);
    if (name === UNSPEAKABLE) this.unspeakableAt.push(at);
    return name;
  }
}

/** Calls `of` at each field that holds a message or text; skips the others unread. */
function eachPart(reader: Reader, end: number, of: (field: number, end: number) => boolean): void {
  while (reader.pos < end) {
    const { field, wire } = readTag(reader);
    if (wire !== WIRE.bytes) {
      reader.skipType(wire);
      continue;
    }
    const start = reader.pos;
    const partEnd = readEnd(reader, end);
    if (of(field, partEnd)) continue;
    reader.pos = start;
    reader.skipType(wire);
  }
}

function readModel(reader: Reader, end: number, found: FoundInGraph): void {
  eachPart(reader, end, (field, partEnd) => {
    if (field === MODEL.graph) readGraphParts(reader, partEnd, found);
    else if (field === MODEL.opset) {
      if (isStandard(reader, partEnd)) found.hasStandardOperators = true;
    } else return false;
    return true;
  });
}

function isStandard(reader: Reader, end: number): boolean {
  const domain = textsOf(reader, end, OPSET.domain)[0] ?? '';
  return domain === '' || domain === 'ai.onnx';
}

function readGraphParts(reader: Reader, end: number, found: FoundInGraph): void {
  eachPart(reader, end, (field, partEnd) => {
    if (field === GRAPH.node) readNode(reader, partEnd, found);
    else if (field === GRAPH.initializer) readInitializer(reader, partEnd, found);
    else if (field === GRAPH.input) found.inputs.push(readValue(reader, partEnd, textHere));
    else if (field === GRAPH.output) found.outputs.push(readValue(reader, partEnd, (...at) => found.nameHere(...at)));
    else return false;
    return true;
  });
}

function readInitializer(reader: Reader, end: number, found: FoundInGraph): void {
  let name = '';
  const texts: string[] = [];
  eachPart(reader, end, (field, partEnd) => {
    if (field === TENSOR.name) name = textHere(reader, partEnd);
    else if (field === TENSOR.texts) texts.push(textHere(reader, partEnd));
    else return false;
    return true;
  });
  found.initializers.add(name);
  if (texts.length > 0) found.texts.set(name, texts);
}

function readNode(reader: Reader, end: number, found: FoundInGraph): void {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const classes: string[] = [];
  const texts: string[] = [];
  let operator = '';
  eachPart(reader, end, (field, partEnd) => {
    if (field === NODE.input) inputs.push(found.nameHere(reader, partEnd));
    else if (field === NODE.output) outputs.push(found.nameHere(reader, partEnd));
    else if (field === NODE.operator) operator = textHere(reader, partEnd);
    else if (field === NODE.attribute) readAttribute(reader, partEnd, classes, texts, found);
    else return false;
    return true;
  });
  const [[input], [output]] = [inputs, outputs];
  for (const made of outputs) {
    found.makers.set(made, { operator, input });
    if (texts.length > 0) found.texts.set(made, texts);
  }
  if (operator === 'Imputer' || operator === 'IsNaN') found.takesMissing = true;
  if (operator === 'ZipMap' && input && output) found.zipMaps.push({ input, output, classes });
}

/**
 * Per node of a tree, whether a missing value takes the way of those that fit. Trees that were not trained for it have
 * zeros.
 */
const MISSING_IN_TREES = 'nodes_missing_value_tracks_true';

/**
 * `classlabels_strings`, `classlabels_int64s`, the `values_strings` of a LabelEncoder, and the one above. Integers lie
 * one by one or packed in one field.
 */
function readAttribute(reader: Reader, end: number, classes: string[], texts: string[], found: FoundInGraph): void {
  let name = '';
  const labels: string[] = [];
  const isText = () => name === 'classlabels_strings' || name === 'values_strings';
  while (reader.pos < end) {
    const { field, wire } = readTag(reader);
    // Of the others, a large forest has millions of integers. Exporters write the name first.
    const wanted = name === '' || name === MISSING_IN_TREES || name.startsWith('classlabels') || isText();
    if (field === ATTRIBUTE.name && wire === WIRE.bytes) name = reader.string();
    else if (!wanted) reader.skipType(wire);
    else if (field === ATTRIBUTE.texts && wire === WIRE.bytes) labels.push(reader.string());
    else if (field === ATTRIBUTE.integers && wire === WIRE.varint) labels.push(reader.int64());
    else if (field === ATTRIBUTE.integers && wire === WIRE.bytes) {
      const packedEnd = readEnd(reader, end);
      while (reader.pos < packedEnd) labels.push(reader.int64());
    } else reader.skipType(wire);
  }
  if (name.startsWith('classlabels')) classes.push(...labels);
  if (isText()) texts.push(...labels);
  if (name === MISSING_IN_TREES && labels.some((tracks) => tracks !== '0')) found.takesMissing = true;
}

function readValue(reader: Reader, end: number, nameHere: typeof textHere): DeclaredValue {
  let name = '';
  let type: Omit<DeclaredValue, 'name'> = { kind: 'undeclared', foreign: undefined, anyRank: true };
  eachPart(reader, end, (field, partEnd) => {
    if (field === VALUE.name) name = nameHere(reader, partEnd);
    else if (field === VALUE.type) type = readType(reader, partEnd);
    else return false;
    return true;
  });
  return { name, ...type };
}

function readType(reader: Reader, end: number): Omit<DeclaredValue, 'name'> {
  let found: Omit<DeclaredValue, 'name'> = { kind: 'undeclared', foreign: undefined, anyRank: true };
  eachPart(reader, end, (field, partEnd) => {
    if (field === TYPE.tensor) found = readTensorType(reader, partEnd);
    else {
      const kind = (
        [
          [TYPE.sequence, 'sequence'],
          [TYPE.map, 'map'],
          [TYPE.sparse, 'sparse tensor'],
          [TYPE.optional, 'optional'],
        ] as const
      ).find(([number]) => number === field)?.[1];
      if (kind) found = { kind, foreign: undefined, anyRank: false };
      return false;
    }
    return true;
  });
  return found;
}

function readTensorType(reader: Reader, end: number): Omit<DeclaredValue, 'name'> {
  let element = 0;
  let anyRank = true;
  while (reader.pos < end) {
    const { field, wire } = readTag(reader);
    if (field === TENSOR_TYPE.element && wire === WIRE.varint) element = reader.uint32();
    else {
      if (field === TENSOR_TYPE.shape) anyRank = false;
      reader.skipType(wire);
    }
  }
  return { kind: 'tensor', foreign: FOREIGN_ELEMENTS[element], anyRank };
}

function textsOf(reader: Reader, end: number, wanted: number): readonly string[] {
  const texts: string[] = [];
  eachPart(reader, end, (field, partEnd) => {
    if (field !== wanted) return false;
    texts.push(textHere(reader, partEnd));
    return true;
  });
  return texts;
}

/** The text of the part whose length was just read. */
const textHere = (reader: Reader, end: number): string => reader.text(end - reader.pos);
