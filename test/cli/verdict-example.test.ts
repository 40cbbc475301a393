import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { greenlightJson } from './cli-on-scene';
import { Scene } from '../scenarios/harness';
import { bytesOf } from '../../simulator/fake-model';
import { typed } from '../../cli/render/text';

const VERDICT = join(__dirname, '../../examples/ci/verdict.mjs');
let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'verdict-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function said(verdict: unknown): string {
  const file = join(folder, 'verdict.json');
  writeFileSync(file, JSON.stringify(verdict));
  return execFileSync(process.execPath, [VERDICT, file], { encoding: 'utf8' });
}

/** What `upload --wait --json` writes of a model. */
async function uploaded(model: object) {
  const scene = await Scene.open();
  const file = join(folder, 'v1.onnx');
  writeFileSync(file, bytesOf({ name: 'v1', ...model }));
  return greenlightJson(scene, `upload ${typed(file)} --wait`);
}

it('says of a rollout in CI how it ended, in a title and a sentence', async () => {
  expect(said(await uploaded({}))).toBe('### ✅ v1.onnx: promoted-first\n\nIn service: version 2.\n');
  expect(said(await uploaded({ load: 'ModelUnloadable' }))).toMatch(
    /^### ❌ v1\.onnx: rejected\n\nModelRejected: .* not loaded\. In service: version 1\.\n$/,
  );
});

it('says what kept it from a verdict, and lets no one write Markdown into it', () => {
  const error = { name: 'StillRunning', message: 'digits: it runs on\n# @all <img>' };
  expect(said({ exitCode: 4, result: null, error })).toBe(
    '### No verdict: StillRunning\n\ndigits: it runs on \\# \\@all \\<img\\>\n',
  );
});
