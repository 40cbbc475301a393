import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ToolMissing } from '../python/tool-missing';
import { cfnLint } from './cfn-lint';
import { checkov } from './checkov';
import { EXPLAINED } from './explained';
import { type Finding, inWords, isClean, sortFindings } from './findings';
import { SECURED, variantTemplates } from './variants';

const HELP = `\
Synthesises the app and checks its template with cfn-lint and checkov, and with it variants that have every
option on.

  npm run check:template

Every error is a failure. So is every warning, and everything that checkov misses, that tools/check-template/explained.ts gives no reason for.
Both are installed from PyPI into node_modules/.cache at the first run, in the versions of requirements.txt and checkov.txt;
they need Python 3.11 or newer with venv. After that no network is needed.

Exit code: 0 clean; 1 something is found; 2 the check cannot be made.`;

const PROJECT = join(__dirname, '..', '..');
const OUT = join(PROJECT, 'out', 'check-template');
/** What `npm run synth` writes. */
const APP = join(PROJECT, 'cdk.out', 'Greenlight.template.json');

/** A property that no bucket has: a checker that does not find it checks nothing. */
const MISTAKEN = { Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { Colour: 'green' } } } };

void main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  try {
    const { values } = parseArgs({ args, options: { help: { type: 'boolean' } }, strict: true });
    if (values.help) console.log(HELP);
    else process.exitCode = (await check()) ? 0 : 1;
  } catch (error) {
    const expected = error instanceof ToolMissing || String((error as { code?: unknown }).code).startsWith('ERR_PARSE');
    console.error(expected ? (error as Error).message : error);
    process.exitCode = 2;
  }
}

async function check(): Promise<boolean> {
  const { status } = spawnSync('npm', ['run', '--silent', 'synth'], {
    cwd: PROJECT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new ToolMissing('npm run synth failed, see above.');
  mkdirSync(OUT, { recursive: true });
  const mistaken = write('Mistaken', MISTAKEN);
  const templates = [APP, ...[...variantTemplates()].map(([name, template]) => write(name, template))];
  const findings: Finding[] = [];
  for (const [tool, rule, what] of [
    [cfnLint, 'E3002', 'a property that no bucket has'],
    [checkov, 'CKV_AWS_18', 'a bucket without access logs'],
  ] as const) {
    const found = await tool([...templates, mistaken]);
    if (!found.some((one) => one.rule === rule && one.template === mistaken))
      throw new ToolMissing(`${tool.name} does not find ${what}, so its silence means nothing.`);
    findings.push(...found);
  }
  const sorted = sortFindings(
    findings.filter(({ template }) => template !== mistaken),
    EXPLAINED,
    (template) => basename(template) === `${SECURED}.template.json`,
  );
  console.log(inWords(sorted));
  console.log(
    `cfn-lint and checkov: ${templates.length} templates, ${sorted.unexplained.length} findings without a reason`,
  );
  return isClean(sorted);
}

function write(name: string, template: unknown): string {
  const path = join(OUT, `${name}.template.json`);
  writeFileSync(path, JSON.stringify(template, null, 2));
  return path;
}
