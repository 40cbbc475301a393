import type { ModelMetadata, TensorMetadata } from '../contract/inference-protocol';
import type { LoadedModel, TensorSignature } from './load-model';

/** What a batch is to the judge: one request, or as many rows as it has. For people who read the metadata. */
const COUNTED = {
  errors: 'requests',
  latency: 'requests',
  throttles: 'requests',
  predictions: 'rows',
  accuracy: 'rows',
};

/** What the protocol says of a model, and in `parameters` what it has no words for. */
export const metadataOf = (model: LoadedModel, name: string, version: string): ModelMetadata => ({
  name,
  versions: [version],
  platform: 'onnxruntime_onnx',
  inputs: model.inputs.map(described),
  outputs: model.outputs.map(described),
  parameters: {
    counted: COUNTED,
    ...(model.leftOut.length > 0 && { left_out: [...model.leftOut] }),
    ...(model.takesMissing && { missing_values: true }),
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
