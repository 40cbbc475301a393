import { execFile } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { ToolMissing } from '../python/tool-missing';
import { venvPython } from '../python/venv';
import type { Finding } from './findings';

const execute = promisify(execFile);

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

/**
 * What checkov's policies for CloudFormation miss in templates. It is installed at the first use, and downloads nothing then.
 *
 * @throws ToolMissing it cannot be installed, or does not end as it should
 */
export async function checkov(templates: readonly string[]): Promise<readonly Finding[]> {
  const python = await venvPython({ name: 'checkov', requirements: join(__dirname, 'checkov.txt') });
  const options = ['--framework', 'cloudformation', '--output', 'json', '--compact', '--quiet', '--soft-fail'];
  const files = templates.flatMap((template) => ['--file', template]);
  const { stdout } = await execute(
    python,
    [join(dirname(python), 'checkov'), ...options, '--skip-download', ...files],
    {
      maxBuffer: 100_000_000,
    },
  ).catch((error: unknown) => {
    throw new ToolMissing(`checkov did not end as it should: ${String(error)}`, { cause: error });
  });
  const { results, summary } = reportSchema.parse(JSON.parse(stdout));
  if (summary.parsing_errors > 0) throw new ToolMissing(`checkov could not read ${summary.parsing_errors} templates`);
  return results.failed_checks.map(({ check_id, check_name, resource, file_abs_path }) => ({
    rule: check_id,
    message: check_name,
    template: resolve(file_abs_path),
    where: `Resources/${resource.split('.')[1]}`,
  }));
}
