import type { GATE_NAMES } from '../../lambdas/domain/gates/names';
import type { JudgeSettings } from '../../lambdas/domain/gates/gates';
import { heldMinutes } from '../../lambdas/domain/judge/held-minutes';
import { judge } from '../../lambdas/domain/judge/judge';
import { evidence as usual, minutes, side } from './evidence';
import { gatesOn, settings } from './settings';
import { evidenceOf, traces } from './trace';

const long: JudgeSettings = { ...settings, minimumMinutes: 60 };
const withGate = (gate: (typeof GATE_NAMES)[number], change: false | { mode: 'observe' }): JudgeSettings => ({
  ...long,
  gates: { ...settings.gates, [gate]: change === false ? false : { ...settings.gates[gate], ...change } },
});

const bad = traces().filter(({ label }) => label === 'bad');
const gateOf = (family: string) => (family === 'drift' ? 'predictions' : family) as (typeof GATE_NAMES)[number];

describe('a gate that only observes', () => {
  it.each(bad.map((trace) => [trace.id, trace] as const))('decides nothing: %s', (_, trace) => {
    const gate = gateOf(trace.family);
    const evidence = evidenceOf(trace);
    const { gates, ...observed } = judge(evidence, withGate(gate, { mode: 'observe' }));
    const { gates: others, ...off } = judge(evidence, withGate(gate, false));
    // To the last digit what it would be without the gate, which is reported all the same.
    expect(observed).toEqual(off);
    expect(gates.filter((one) => one.observed === undefined)).toEqual(others);
    expect(gates.map((one) => one.gate)).toContain(gate);
  });

  it('says in which minute it would have failed, and what it counted', () => {
    const drift = bad.find(({ family, id }) => family === 'drift' && judgedBad(id));
    const judgement = judge(evidenceOf(drift!), withGate('predictions', { mode: 'observe' }));
    expect(judgement.verdict).not.toBe('fail');
    const gate = judgement.gates.find((one) => one.gate === 'predictions');
    expect(gate?.observed).toMatchObject({ verdict: 'fail' });
    expect(gate?.observed?.words).toMatch(/^observed: would have failed in minute \d+$/);
    expect(gate?.summary).toMatch(/^observed: would have failed in minute \d+; predictions: class/);
  });

  it('says of a good green that it has its proof, and does not hold up a pass by lacking it', () => {
    const good = traces().find(({ id }) => id.startsWith('023'));
    const judgement = judge(evidenceOf(good!), withGate('errors', { mode: 'observe' }));
    expect(judgement.gates[0]).toMatchObject({ gate: 'errors', observed: { verdict: 'pass' } });
    const [, , starved] = [0, 0, traces().find(({ id }) => id.startsWith('072'))];
    const little = judge(evidenceOf(starved!), withGate('errors', { mode: 'observe' }));
    expect(little.gates[0]?.observed?.words).toBe('observed: not proven either way');
  });

  it('cannot pass anything alone', () => {
    const good = traces().find(({ id }) => id.startsWith('023'));
    const alone = gatesOn({ errors: { mode: 'observe' } });
    const judgement = judge(evidenceOf(good!), { ...long, gates: alone });
    expect(judgement.verdict).toBe('inconclusive');
    expect(judgement.reason).toContain('no gate is switched on that decides');
  });
});

describe('an outage of both versions', () => {
  const ill = (requests: number) => ({
    errors: side(requests, { errors: 0.6 * requests }),
    throttles: side(requests, { throttles: requests }),
    latency: side(requests, { slow: side(requests).slow.map(() => requests) }),
  });

  it.each(['errors', 'throttles', 'latency'] as const)(
    'holds a canary for what the gate %s counts, where that decides, and not where it observes or is off',
    (gate) => {
      const both = usual({ rows: minutes(5, ill(1000)[gate], ill(100)[gate]) });
      expect(heldMinutes(both, settings.gates)).toHaveLength(5);
      expect(heldMinutes(both, withGate(gate, { mode: 'observe' }).gates)).toEqual([]);
      expect(heldMinutes(both, withGate(gate, false).gates)).toEqual([]);
    },
  );
});

/** Those of which there is traffic enough. */
const judgedBad = (id: string): boolean =>
  judge(evidenceOf(bad.find((one) => one.id === id)!), long).verdict === 'fail';
