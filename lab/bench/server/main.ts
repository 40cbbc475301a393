import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { memoryToLoadMB } from '../../../lambdas/domain/model-load';
import { writeModelServer } from '../../../lib/bundle-files';
import { cases, heavyModel } from './cases';
import { EnvironmentKilled, startEnvironment, type Environment } from './environment';
import { serverPage, type MemoryRow } from './page';
import { speedOf, type Speed } from './speed';

/** From the import to a loaded digits model. */
const START_MS = 400;
/** Of the endpoint's median over bare onnxruntime's. */
const MOST_RATIO = 1.15;

const HELP = `\
Measures the built-in model server beside bare onnxruntime-node: time, memory while a model is loaded, start-up.

  npm run bench:server -- [options]

  --quick      few requests and one small model: whether it runs, as CI asks
  --out FILE   where the page goes (default out/bench/server.md); docs/reference/bench-server.md is made by --out docs/reference/bench-server.md
  --help       this text

Ends with code 1 when a promise is broken: a model of the documented size does not fit into its memory, a start takes more than
${START_MS} ms of the processor's time, or an image sent as bytes takes more than ${MOST_RATIO} times as long as by bare onnxruntime (median; not with
--quick, whose few requests say too little).`;

/** Size in MB and number of tensors: one large tensor takes most while it is loaded. */
const HEAVY = [
  [240, 1],
  [240, 15],
  [1000, 10],
] as const;
const QUICK_HEAVY = [[60, 1]] as const;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      out: { type: 'string', default: 'out/bench/server.md' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const requests = values.quick ? 20 : 200;
  const speeds: Speed[] = [];
  const all = cases();
  for (const one of all) {
    console.error(`${one.name}, ${one.form}`);
    speeds.push(await speedOf(one, requests));
  }
  const bundle = mkdtempSync(join(tmpdir(), 'bench-server-'));
  try {
    writeModelServer(process.arch as 'arm64' | 'x64', bundle);
    const starts: Environment[] = [];
    for (let round = 0; round < (values.quick ? 1 : 9); round += 1)
      starts.push(await startEnvironment(bundle, all[0]!.model));
    const memory: MemoryRow[] = [];
    for (const [megabytes, tensors] of values.quick ? QUICK_HEAVY : HEAVY) {
      console.error(`memory: ${megabytes} MB`);
      memory.push(await memoryOf(bundle, megabytes, tensors));
    }
    const page = serverPage({ speeds, requests, starts, memory });
    const formatted = await format(page, { ...(await resolveConfig(__filename)), parser: 'markdown' });
    mkdirSync(dirname(values.out), { recursive: true });
    writeFileSync(values.out, formatted);
    console.log(formatted);
    const broken = [...unfit(memory), ...slowStarts(starts), ...(values.quick ? [] : slowImages(speeds))];
    for (const promise of broken) console.error(promise);
    return broken.length > 0 ? 1 : 0;
  } finally {
    rmSync(bundle, { recursive: true });
  }
}

const unfit = (memory: readonly MemoryRow[]): readonly string[] =>
  memory
    .filter(({ fits }) => !fits)
    .map(({ megabytes, limitMB }) => `a model of ${megabytes} MB does not fit into ${limitMB} MB`);

function slowStarts(starts: readonly Environment[]): readonly string[] {
  const median =
    starts.map(({ processorMs }) => processorMs).sort((a, b) => a - b)[Math.floor(starts.length / 2)] ?? NaN;
  return median <= START_MS
    ? []
    : [`a start takes ${median.toFixed(0)} ms of the processor's time, the limit is ${START_MS}`];
}

const slowImages = (speeds: readonly Speed[]): readonly string[] =>
  speeds
    .filter((one) => one.case.name.startsWith('image') && one.case.form === 'binary')
    .flatMap(({ case: { name }, served, bare, servedLoopback, bareLoopback }) =>
      [served.p50 / bare.p50, servedLoopback.p50 / bareLoopback.p50]
        .filter((ratio) => !(ratio <= MOST_RATIO))
        .map((ratio) => `${name}: ${ratio.toFixed(2)} times bare onnxruntime, the limit is ${MOST_RATIO}`),
    );

async function memoryOf(bundle: string, megabytes: number, tensors: number): Promise<MemoryRow> {
  const limitMB = memoryToLoadMB(megabytes);
  const about = { megabytes, tensors, limitMB };
  try {
    const found = await startEnvironment(bundle, heavyModel(megabytes, tensors), limitMB);
    // A part of the peak is code mapped from files, which the kernel drops when memory is short.
    const held = found.limitMB !== undefined;
    return { ...about, peakMB: found.peakMB, held, fits: held || (found.peakMB ?? 0) <= limitMB };
  } catch (error) {
    if (!(error instanceof EnvironmentKilled)) throw error;
    return { ...about, peakMB: undefined, held: true, fits: false };
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
