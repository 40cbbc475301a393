import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { ToolMissing } from '../python/tool-missing';
import { venvPython } from '../python/venv';
import type { Finding } from './findings';

const execute = promisify(execFile);
/** Old and young regions of the partitions that have function URLs; the README's limits name those that have none. */
const REGIONS = ['us-east-1', 'eu-central-1', 'af-south-1', 'cn-north-1'];

const findingsSchema = z.array(
  z.object({
    Rule: z.object({ Id: z.string() }),
    Message: z.string(),
    Filename: z.string(),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullable() }),
  }),
);

/**
 * What cfn-lint says of templates: errors and warnings, not its hints on style. It is installed at the first use.
 *
 * @throws ToolMissing it cannot be installed, or does not end as it should
 */
export async function cfnLint(templates: readonly string[]): Promise<readonly Finding[]> {
  const python = await venvPython({ name: 'cfn-lint', requirements: join(__dirname, 'requirements.txt') });
  const options = ['--format', 'json', '--non-zero-exit-code', 'none', '--regions', ...REGIONS];
  const { stdout } = await execute(python, [join(dirname(python), 'cfn-lint'), ...options, '--', ...templates], {
    maxBuffer: 100_000_000,
  }).catch((error: unknown) => {
    throw new ToolMissing(`cfn-lint did not end as it should: ${String(error)}`, { cause: error });
  });
  return findingsSchema.parse(JSON.parse(stdout)).map(({ Rule, Message, Filename, Location }) => ({
    rule: Rule.Id,
    message: Message,
    template: Filename,
    where: (Location.Path ?? []).join('/'),
  }));
}
