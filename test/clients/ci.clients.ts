import { join } from 'node:path';
import { run } from '../../tools/python/run';
import { venvPython } from '../../tools/python/venv';

const EXAMPLES = join(__dirname, '../../examples/ci');

it.each([
  ['github-actions.yml', 'vendor.github-workflows'],
  ['gitlab-ci.yml', 'vendor.gitlab-ci'],
])('%s is what its published schema wants', async (file, schema) => {
  const python = await venvPython({ name: 'ci-schemas', requirements: join(__dirname, 'ci.requirements.txt') });
  const check = (path: string) =>
    run(python, ['-m', 'check_jsonschema', '--builtin-schema', schema, path], { env: process.env });
  expect(await check(join(EXAMPLES, file))).toEqual({
    code: 0,
    text: expect.stringContaining('validation done') as unknown,
  });
  // It does refuse: a page of prose is no pipeline.
  expect((await check(join(EXAMPLES, '../../package.json'))).code).toBe(1);
});
