import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parsedArguments, whole } from '../../../tools/arguments-invalid';
import { measureReplay } from './measure';
import { CASES, casesTable, worldTables } from './tables';

const HELP = `Measures what a replay takes, costs and proves, on this machine and without AWS.

  npm run bench:replay -- [--runs N] [--seed N] [--out FILE]

  --runs N    simulated rollouts of each kind, 1 to 2000 (default 200, a quarter of an hour; 20 are a minute)
  --seed N    another draw (default 1)
  --out FILE  where the page goes (default out/bench/replay.md)
  --help      this text`;

const OPTIONS = {
  runs: { type: 'string', default: '200' },
  seed: { type: 'string', default: '1' },
  out: { type: 'string', default: 'out/bench/replay.md' },
  help: { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parsedArguments(process.argv.slice(2), OPTIONS);
  if (values.help) return void console.log(HELP);
  const runs = whole('runs', values.runs, 1, 2_000);
  const seed = whole('seed', values.seed, 1, 1_000_000);
  const found = [];
  for (const one of CASES) {
    found.push([one, await measureReplay(one)] as const);
    console.error(`measured ${one.pairs} requests of a ${one.modelMs} ms model`);
  }
  const tables = worldTables(runs, seed, (done) => console.error(`simulated ${done}`));
  const page = await format(pageOf(`${casesTable(found)}\n${tables}`), {
    ...(await resolveConfig(__filename)),
    parser: 'markdown',
  });
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, page);
  console.log(page);
}

/** The page docs/reference/benchmark/replay.md. */
const pageOf = (tables: string): string => `# The benchmark of the replay

What [replaying requests](../../guides/replay-traffic.md) takes, what it costs, and how rollouts end that have it. Written by
\`npm run bench:replay -- --out docs/reference/benchmark/replay.md\`.

${tables}

## How to read it

- **Time and cost** come from the deployed app's own steps, on a made-up model that answers like blue. With ten executions in the account one
  request is asked at a time, since users keep nine of them.
- **States** are transitions of Step Functions: at most 60, since looks get [rarer after a proof](../../decisions/0082-looks-after-a-proof-get-rarer-sooner.md).
  The minutes of the second table are those of a look, too.
- **Pairs** are simulated: 80 % of failures and half of the variance of durations belong to the request, and the other half to the version.
  They are judged by the app's paired judge, with its shipped settings and as many requests as a day has, 3,000 at most.
- **The canary after it** is the app's: half of the users until disasters are excluded, two hours at most, and the watch. Where the pairs
  gave no proof it is the endpoint's own strategy, which goes on from their evidence.
- Answers that move are no refusal: without labels a person is asked.
- A green that fails 1 point more is at the margin of harm where blue fails 1 %, and inside of it where blue fails 5 %. Two worlds in five are like
  that, and promotions there are no mistake.
- What is taken back of good greens are incidents of both versions in the watch: the replay has no part in them.
`;

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
