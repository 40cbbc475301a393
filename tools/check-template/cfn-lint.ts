import * as z from 'zod';
import type { Finding } from './findings';
import { report } from './report';

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

/** What cfn-lint says of templates: errors and warnings, not its hints on style. @throws ToolMissing */
export async function cfnLint(templates: readonly string[]): Promise<readonly Finding[]> {
  const options = ['--format', 'json', '--non-zero-exit-code', 'none', '--regions', ...REGIONS];
  const said = await report('cfn-lint', 'requirements.txt', [...options, '--', ...templates]);
  return findingsSchema.parse(said).map(({ Rule, Message, Filename, Location }) => ({
    rule: Rule.Id,
    message: Message,
    template: Filename,
    where: (Location.Path ?? []).join('/'),
  }));
}
