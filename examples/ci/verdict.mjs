// Says how a rollout ended, from what `greenlight upload --wait --json` wrote: `node verdict.mjs verdict.json` prints a
// title and a sentence in Markdown, for a check's summary or a comment. It needs Node.js and nothing else.
import { readFileSync } from 'node:fs';

const { exitCode, error, result } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const rollout = result?.rollout ?? null;

/** What models and people wrote is no Markdown: a cause must not become a heading, a mention or a link. */
const plain = (text) =>
  String(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>#|@]/g, '\\$&');
const model = plain(rollout?.model?.split('?')[0].split('/').at(-1) ?? 'the model');
const sentence = (text) => plain(text).replace(/[^.?!]$/, '$&.');
const live = `In service: version ${rollout?.liveVersionAfter ?? 'none'}.`;

if (rollout === null) console.log(`### No verdict: ${plain(error.name)}\n\n${plain(error.message)}`);
else if (exitCode === 0)
  console.log(
    `### ✅ ${model}: ${rollout.outcome}\n\n${rollout.proof === null ? '' : `${sentence(rollout.proof)} `}${live}`,
  );
else console.log(`### ❌ ${model}: ${rollout.outcome}\n\n${plain(rollout.error)}: ${sentence(rollout.cause)} ${live}`);
