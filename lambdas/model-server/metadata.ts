import type { ModelMetadata, TensorMetadata } from '../contract/inference-protocol';
import type { TensorSignature } from './load-model';
import type { NamedModel } from './model-loader';

/** What a batch is to the judge: one request, or as many rows as it has. For people who read the metadata. */
const COUNTED = {
  errors: 'requests',
  latency: 'requests',
  throttles: 'requests',
  predictions: 'rows',
  accuracy: 'rows',
};

/** What the protocol says of a model, and in `parameters` what it has no words for. */
export const metadataOf = (model: NamedModel, name: string, version: string): ModelMetadata => ({
  name,
  versions: [version],
  platform: 'onnxruntime_onnx',
  inputs: model.inputs.map(described),
  outputs: model.outputs.map(described),
  parameters: {
    counted: COUNTED,
    ...(model.leftOut.length > 0 && { left_out: [...model.leftOut] }),
    ...(model.takesMissing && { missing_values: true }),
    measures: model.counter.measures.map((measure) => measure.name),
    ...(model.countedNames && { class_names: [...model.countedNames] }),
  },
});

const described = ({ name, datatype, shape, anyRank, classNames }: TensorSignature): TensorMetadata => ({
  name,
  datatype,
  shape: anyRank ? [-1] : shape,
  ...((anyRank || classNames) && {
    parameters: { ...(anyRank && { rank: 'any' }), ...(classNames && { class_names: classNames }) },
  }),
});
