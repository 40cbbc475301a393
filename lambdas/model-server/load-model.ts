import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env as runtime, InferenceSession } from 'onnxruntime-node';
import type { TensorMetadata } from '../contract/inference-protocol';
import type { ModelReference, ModelServerEnv } from '../contract/model-server-env';
import { downloadModel, type Progress } from './download-model';
import { findExternalData, readAtOf } from './external-data';
import type { ModelSource } from './model-source';
import { NotReady, reason } from './not-ready';
import { datatypeOf } from './tensor-types';

/** A tensor of the model's signature. `sizes` names a size that a request chooses, as the model's author named it. */
export interface TensorSignature extends TensorMetadata {
  readonly sizes: readonly (number | string)[];
}

export interface LoadedModel {
  readonly session: InferenceSession;
  readonly inputs: readonly TensorSignature[];
  /** The outputs that are tensors. Maps and sequences (scikit-learn's ZipMap) cannot be read and are left out. */
  readonly outputs: readonly TensorSignature[];
}

/**
 * Downloads, checks and loads the model. Throws `NotReady`, and nothing else, for whatever is wrong with it. It goes through
 * a file in /tmp, so that the runtime alone holds it in memory: at most twice, while it takes the weights out of the file.
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
    await refuseExternalData(file, progress.bytes);
    return readSignature(await createSession(file, env.threads), env);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function refuseExternalData(path: string, size: number): Promise<void> {
  const file = await open(path);
  try {
    const external = findExternalData(size, readAtOf(file.fd));
    if (external === undefined) return;
    throw new NotReady(
      'ExternalData',
      `The values of tensor ${external.tensor} lie in another file (${external.location}). Save the model as one file.`,
    );
  } finally {
    await file.close();
  }
}

function readSignature(session: InferenceSession, env: ModelServerEnv): LoadedModel {
  const inputs = session.inputMetadata.map((input) => {
    const signature = signatureOf(input);
    if (signature) return signature;
    throw new NotReady(
      'UnsupportedModel',
      `Input ${input.name} is not a tensor of a datatype that can be sent as JSON.`,
    );
  });
  const outputs = session.outputMetadata.map(signatureOf).filter((output) => output !== undefined);
  if (outputs.length === 0) throw new NotReady('UnsupportedModel', 'The model has no output that is a tensor.');
  if (env.predictionOutput !== undefined && !outputs.some((output) => output.name === env.predictionOutput)) {
    throw new NotReady(
      'UnsupportedModel',
      `The prediction should be output ${env.predictionOutput}, but the model's are ${outputs.map((o) => o.name).join(', ')}.`,
    );
  }
  return { session, inputs, outputs };
}

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
    const said = error instanceof Error ? error.message.replace(`Load model from ${file} failed:`, '') : String(error);
    const unsupported = /unsupported data type/i.test(said);
    const memory = process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'];
    const advice = /bad_alloc|bad allocation|failed to allocate/i.test(said)
      ? ` There is too little memory${memory === undefined ? '' : ` (memoryMB is ${memory})`}.`
      : '';
    throw new NotReady(
      unsupported ? 'UnsupportedModel' : 'ModelUnloadable',
      `The model cannot be loaded: ${reason(new Error(said.replaceAll(file, 'the file')))}${advice}`,
      { cause: error },
    );
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

function signatureOf(value: InferenceSession.ValueMetadata): TensorSignature | undefined {
  if (!value.isTensor) return undefined;
  const datatype = datatypeOf(value.type);
  if (datatype === undefined) return undefined;
  const shape = value.shape.map((size) => (typeof size === 'number' ? size : -1));
  return { name: value.name, datatype, shape, sizes: value.shape };
}
