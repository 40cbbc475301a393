import type { EndedView, GateView } from '../../lambdas/contract/view';
import { spellingFor } from '../../cli/spelling';
import { gateLines } from '../../cli/render/bars';
import { historyLines } from '../../cli/render/history';
import { nextLines } from '../../cli/render/next';
import { paintFor } from '../../cli/render/paint';
import { cut, folded, wrapped } from '../../cli/render/text';
import { within } from '../../cli/render/within';

const paint = paintFor(false, {});
const colours = paintFor(true, {});
const longest = (lines: readonly string[]): number => Math.max(...lines.map((line) => line.length));

const gate = (name: string): GateView => ({
  ...{ gate: name, counts: 'failed requests', against: 2.25, stopAt: 4.6, proof: 3, passAt: 3 },
  ...{
    blue: { events: 1, requests: 100 },
    green: { events: 9, requests: 100 },
    summary: '',
    reaction: null,
    observed: null,
  },
});

describe('a narrow terminal', () => {
  it('has the bars of a gate one below the other, and none is cut', () => {
    const lines = gateLines([gate('errors'), gate('custom:fallbacks-of-the-shop')], { paint, columns: 40 });
    expect(lines).toHaveLength(1 + 2 * 3);
    expect(longest(lines.slice(1))).toBeLessThanOrEqual(40);
    expect(lines[2]).toBe('    ██████░░░░░░   89.5 % of 99 %');
    expect(gateLines([gate('errors')], { paint, columns: 80 })).toHaveLength(2);
  });

  it('has the history in short lines', () => {
    const ended: EndedView = {
      id: 'digits-0123456789ab-1',
      endpoint: 'digits',
      status: 'ended',
      action: 'rollout',
      reason: 'x'.repeat(300),
      outcome: 'aborted',

      startedAt: '2026-11-23T09:00:00Z',
      endedAt: '2026-11-23T09:04:00Z',
      startedBy: 'upload',
      decidedBy: 'judge',

      model: 's3://b/models/digits/a-file-with-a-very-long-name.onnx?versionId=1',
      greenVersion: '7',
      error: 'CanaryRegressed',
      cause: 'errors: '.repeat(50),
      proof: null,
      liveVersionAfter: '2',
      liveCanary: null,
      liveFails: null,
      report: null,
    };
    const lines = historyLines({ rollouts: [ended], hidden: 3 }, { paint, columns: 40, spell: (command) => command });
    expect(lines).toHaveLength(5);
    // The end of a name tells versions apart, and what is cut is counted.
    expect(lines[1]).toBe('  green 7, …e-with-a-very-long-name.onnx');
    expect(lines[3]).toMatch(/ … \+\d+$/);
    expect(lines[4]).toBe('  3 older ones are not shown: --limit 4');
    expect(longest(lines)).toBeLessThanOrEqual(40);
  });

  it('has long lines folded below themselves, and short ones as they were', () => {
    expect(folded('  a  b', 40)).toEqual(['  a  b']);
    const lines = folded(`  blue: ${'many words '.repeat(12)}`, 40);
    expect(longest(lines)).toBeLessThanOrEqual(40);
    expect(lines.slice(1).every((line) => line.startsWith('    '))).toBe(true);
  });

  it('has a picture that is drawn over cut to its columns, whatever takes two of them, and its colours end', () => {
    expect(within('abcdef', 4)).toBe('abcd');
    expect(within('数字モデル', 5)).toBe('数字');
    expect(within('e\u0301tudes', 3)).toBe('e\u0301tu');
    const cutLine = within(colours.bad('a long warning'), 6);
    expect(cutLine).toBe(colours.bad('a long'));
  });
});

describe('text from people and models', () => {
  it.each([wrapped, cut])('steers no terminal and forges no line', (say) => {
    const said = [say('a\u001b[2Jb\r\nnpx greenlight abort\u202e', 80)].flat().join('\n');
    expect(said).toBe('a\\u001b[2Jb\\r\\nnpx greenlight abort\\u202e');
  });
});

describe('what is suggested', () => {
  const next = [
    { what: 'Read why', command: 'greenlight explain digits' },
    { what: 'Stop it', command: "greenlight abort digits --reason '…'" },
    { what: 'Look at a recording', command: 'greenlight status --demo' },
  ];
  const suggested = (...argv: readonly string[]) =>
    nextLines(next, { paint, spell: spellingFor(argv) }).filter((line) => line.startsWith('    '));

  it('is typed for the same stack and region', () => {
    expect(suggested('status', '--stack', 'My Shop', '--region=eu-west-1')).toEqual([
      "    npx greenlight explain digits --stack 'My Shop' --region=eu-west-1",
      "    npx greenlight abort digits --reason '…' --stack 'My Shop' --region=eu-west-1",
      "    npx greenlight status --demo --stack 'My Shop' --region=eu-west-1",
    ]);
  });

  it('of a recording is what can be read in it', () => {
    expect(suggested('status', '--demo', 'out/other')).toEqual([
      '    npx greenlight explain digits --demo out/other',
      '    npx greenlight status --demo',
    ]);
    expect(suggested('--demo', '--json', 'status')[0]).toBe('    npx greenlight explain digits --demo');
  });
});
