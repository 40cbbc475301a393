import { runtimeVersions } from './runtime-versions';
import { writeBlocks } from './shown-blocks';

/** Writes which models the runtime loads into docs/reference/inference.md, for after onnxruntime-node was raised. */
void runtimeVersions().then((block) => writeBlocks('docs/reference/inference.md', [block]));
