import { resolve } from 'node:path';
import * as z from 'zod';
import { ToolMissing } from '../python/tool-missing';
import type { Finding } from './findings';
import { report } from './report';

const reportSchema = z.object({
  results: z.object({
    failed_checks: z.array(
      z.object({
        check_id: z.string(),
        check_name: z.string(),
        /** `AWS::S3::Bucket.Logs` */
        resource: z.string(),
        file_abs_path: z.string(),
      }),
    ),
  }),
  summary: z.object({ parsing_errors: z.int() }),
});

/** What checkov's policies for CloudFormation miss in templates; it downloads nothing. @throws ToolMissing */
export async function checkov(templates: readonly string[]): Promise<readonly Finding[]> {
  const options = ['--framework', 'cloudformation', '--output', 'json', '--compact', '--quiet', '--soft-fail'];
  const files = templates.flatMap((template) => ['--file', template]);
  const said = await report('checkov', 'checkov.txt', [...options, '--skip-download', ...files]);
  const { results, summary } = reportSchema.parse(said);
  if (summary.parsing_errors > 0) throw new ToolMissing(`checkov could not read ${summary.parsing_errors} templates`);
  return results.failed_checks.map(({ check_id, check_name, resource, file_abs_path }) => ({
    rule: check_id,
    message: check_name,
    template: resolve(file_abs_path),
    where: `Resources/${resource.split('.')[1]}`,
  }));
}
