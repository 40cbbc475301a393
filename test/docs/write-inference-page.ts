import { runtimeVersions } from './runtime-versions';
import { writeBlocks } from './shown-blocks';

/** Writes which models the runtime loads into docs/inference.md, for after onnxruntime-node was raised. */
void runtimeVersions().then((block) => writeBlocks('docs/inference.md', [block]));
