import type { Environment } from './environment';
import type { Quantiles, Speed } from './speed';

export interface MemoryRow {
  readonly megabytes: number;
  readonly tensors: number;
  readonly limitMB: number;
  readonly peakMB: number | undefined;
  /** Whether the kernel held the process to the limit. */
  readonly held: boolean;
  readonly fits: boolean;
}

export interface Measured {
  readonly speeds: readonly Speed[];
  readonly requests: number;
  readonly starts: readonly Environment[];
  readonly memory: readonly MemoryRow[];
}

/** The page docs/reference/bench-server.md. Its tables are not aligned yet. */
export const serverPage = ({
  speeds,
  requests,
  starts,
  memory,
}: Measured): string => `# The model server beside bare onnxruntime

Written by \`npm run bench:server -- --out docs/reference/bench-server.md\`. Milliseconds are those of one machine and mean nothing on another;
the ratios do: the endpoint's time over that of a program that only calls \`onnxruntime-node\`, with one thread each, asked in turn,
${requests} requests each.

## Time of a request

**In one process**: from the event of a function URL to its answer, against \`session.run\` of a tensor that is there already.
**Over loopback**: the same event behind an HTTP server, against the shortest HTTP server that reads the same body into a
tensor and writes the outputs as JSON. Both get a body of bytes as Lambda hands it to any handler, in base64.

| request | sent as | bare p50 | endpoint p50 | **ratio p50** | ratio p99 | loopback, bare p50 | endpoint p50 | **ratio p50** | ratio p99 |
| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |
${speeds.map(speedRow).join('\n')}

An endpoint does more than the bare program: it checks each value, looks for NaN, counts the prediction, signs the answer. What that
costs beside a small model are the hundredths of a millisecond above; beside an image sent as JSON it is reading the text.

## Memory while a model is loaded

The deployed bundle in a process of its own, its S3 on loopback, up to its first answer. The limit is what synth asks of
\`memoryMB\` for \`maxModelMB\`: 2.2 times the model and 150 MB.

| model | tensors | limit | peak | times the model | held to the limit |
| --- | --: | --: | --: | --: | --- |
${memory.map(memoryRow).join('\n')}

With one large tensor the runtime has it twice for a moment: as it was read, and in its own form.

## Start-up

From the import of the module to a loaded digits model, median of ${starts.length} starts: ${middle(starts.map(({ processorMs }) => processorMs))} ms of the
processor's time, ${middle(starts.map(({ readyMs }) => readyMs))} ms by the clock, which whatever else ran on the machine is a part of. Most of it is compiling
code: the AWS SDK's client for S3, and onnxruntime's native library. The process then has ${middle(starts.map(({ peakMB }) => peakMB ?? NaN))} MB, of which the model is none.
`;

const speedRow = ({ case: { name, form }, bare, served, bareLoopback, servedLoopback }: Speed): string =>
  row(
    name,
    form,
    ms(bare),
    ms(served),
    ...ratios(served, bare),
    ms(bareLoopback),
    ms(servedLoopback),
    ...ratios(servedLoopback, bareLoopback),
  );

const memoryRow = ({ megabytes, tensors, limitMB, peakMB, held, fits }: MemoryRow): string =>
  row(
    `${megabytes} MB`,
    String(tensors),
    `${limitMB} MB`,
    peakMB === undefined ? 'not told' : `${peakMB.toFixed(0)} MB`,
    peakMB === undefined ? '' : (peakMB / megabytes).toFixed(2),
    fits ? (held ? 'by the kernel, and fits' : 'not held, and fits') : '**does not fit**',
  );

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const ms = ({ p50 }: Quantiles): string => p50.toFixed(p50 < 1 ? 3 : 2);
const ratios = (served: Quantiles, bare: Quantiles): readonly [string, string] => [
  `**${(served.p50 / bare.p50).toFixed(2)}**`,
  (served.p99 / bare.p99).toFixed(2),
];
const middle = (numbers: readonly number[]): string =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!.toFixed(0);
