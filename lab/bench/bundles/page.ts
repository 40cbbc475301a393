import type { BundleRow } from './measure';

/** The page docs/reference/bundles.md. Its table is not aligned yet. */
export const bundlesPage = (rows: readonly BundleRow[], rounds: number): string => `# Bundles

Each function is deployed as one file, \`index.js\`, with the AWS SDK in it. The SDK that Lambda's runtime brings is never
loaded: its version changes when AWS likes, and tests would run on another one than functions do. The handlers that close
rollouts have the page of a rollout beside it, as a file that only the end of a rollout reads. The model server has onnxruntime
beside it, for one architecture.

| function | index.js, KB | all files, unzipped | start-up | lowest to highest | processor |
| --- | --: | --: | --: | --: | --: |
${rows.map(line).join('\n')}

**Start-up** is the time from the start of a Node.js process until the handler is imported, as a multiple of the time of a
process that imports nothing, started right before it: 1.5 means half as long again as Node.js itself needs. It is the median
of ${rounds} rounds. **Processor** is the same of the processor's time, which what else the machine does disturbs less. The
part above 1 is what a bundle adds to a cold start. How long that is in Lambda, which has another processor and gives a share
of it by memory, this does not say. The model server's includes loading onnxruntime, but no model; it is measured where the
processor can run it.

At most 1 MB of \`index.js\` and 60 MB unzipped are allowed. \`test/lib/stack/bundles.long.ts\` holds that, and that each bundle
runs in a process that finds no other code. This page is written by \`npm run bench:bundles -- --out docs/reference/bundles.md\`.
`;

const line = ({ name, platform, entryBytes, allBytes, elapsed, processor }: BundleRow): string => {
  const cells = [
    platform === 'any' ? `\`${name}\`` : `\`${name}\` (${platform})`,
    Math.round(entryBytes / 1000),
    allBytes === entryBytes ? 'the same' : inBytes(allBytes),
    median(elapsed)?.toFixed(2) ?? 'not run',
    elapsed.length === 0 ? '' : `${elapsed[0]?.toFixed(2)} to ${elapsed.at(-1)?.toFixed(2)}`,
    median(processor)?.toFixed(2) ?? 'not run',
  ];
  return `| ${cells.join(' | ')} |`;
};

/** Of numbers in order; undefined of none. */
const median = (sorted: readonly number[]): number | undefined => {
  const middle = (sorted.length - 1) / 2;
  const [below, above] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return below === undefined || above === undefined ? undefined : (below + above) / 2;
};

/** Of steps in KB, which is what their limit is said in. */
const inBytes = (bytes: number): string =>
  bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
