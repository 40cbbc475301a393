import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../../../cli/plan/plan';
import { runPlan } from '../../../cli/plan/run-plan';
import { ownProcess } from '../../../cli/plan/workers';
import { traces } from '../../judge/trace';

const folder = mkdtempSync(join(tmpdir(), 'plan-'));
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function run(...argv: readonly string[]) {
  const [out, note]: string[][] = [[], []];
  const output = { out: (text: string) => out!.push(text), note: (text: string) => note!.push(text) };
  const code = await runPlan(argv, { ...output, progress: () => undefined }, ownProcess);
  return { code, out: out!.join('\n'), note: note!.join('\n') };
}

const SETTINGS = file('settings.json', { gates: { latency: false, predictions: false, throttles: false } });

describe('the command', () => {
  it('plans from a trace, and prints JSON alone', async () => {
    const trace = file(
      'trace.json',
      traces().find(({ baseline }) => baseline.every(({ blue }) => blue.invocations > 500)),
    );
    const { code, out, note } = await run('--trace', trace, '--settings', SETTINGS, '--quick', '--json');
    const planned = JSON.parse(out) as Plan;
    expect({ code, note }).toEqual({ code: 0, note: '' });
    expect(planned.traffic).toMatchObject({ minutes: 105, source: `105 minutes of ${trace}` });
    expect(planned.strategy).toBe('Auto');
    expect(planned.smallestFound[0]?.at80Percent).toBeGreaterThan(0.001);
  });

  it('plans from a few numbers, and prints words', async () => {
    const { code, out } = await run('--rpm', '2000', '--error-rate', '0.5%', '--settings', SETTINGS, '--quick');
    expect(code).toBe(0);
    expect(out).toContain('Suggestion: keep Auto');
    expect(out).toMatch(/every request fails +100 % +3 /);
  });
});
