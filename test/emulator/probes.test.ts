import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suppliedOf } from '../../emulator/gateway/gateway';
import { aliasWeights } from '../../emulator/gateway/probes/alias-weights';
import { errorNames } from '../../emulator/gateway/probes/error-names';
import { BEHAVIOURS } from '../../emulator/gateway/probes/probe';
import type { InvokedProbe, ProbeSetting } from '../../emulator/gateway/probes/probe-function';
import { PROBES } from '../../emulator/gateway/probes/run-probes';

const answering = (answer: Partial<InvokedProbe>): ProbeSetting =>
  ({
    invoke: async () => ({ executedVersion: '1', failed: false, said: {}, ...answer }),
  }) as unknown as ProbeSetting;

describe('the probes', () => {
  it('are one for each behaviour, each with what AWS does and where AWS says so', () => {
    expect(PROBES.map((probe) => probe.behaviour).sort()).toEqual([...BEHAVIOURS].sort());
    for (const { aws, source } of PROBES) {
      expect(aws.endsWith('.')).toBe(true);
      expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    }
  });

  it('are all on the page', () => {
    const page = readFileSync(join(__dirname, '..', '..', 'docs', 'guides', 'emulator.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z-]+)` /gm)].map((row) => row[1]);
    expect(rows).toEqual([...BEHAVIOURS]);
  });

  it.each([
    ['the first version ran', { executedVersion: '1', said: { version: '1' } }, false],
    ['the second version ran, but the answer names the first', { executedVersion: '1', said: { version: '2' } }, false],
    ['the answer names the second version, but the first ran', { executedVersion: '2', said: { version: '1' } }, false],
    ['the second version ran and the answer says so', { executedVersion: '2', said: { version: '2' } }, true],
  ])('see weights when all of it is on the second version: %s', async (_, answer, has) => {
    expect(await aliasWeights.has(answering(answer))).toBe(has);
  });

  it.each([
    ['Runtime.HandlerError', false],
    ['ProbeAskedForIt', true],
  ])('see the names of errors: %s', async (errorType, has) => {
    expect(await errorNames.has(answering({ failed: true, said: { errorType } }))).toBe(has);
  });

  it('switch on what the gateway supplies, and nothing that the emulator does', () => {
    expect(suppliedOf([], true)).toEqual([]);
    expect(suppliedOf(['statistics', 'error-names'], true)).toEqual(['statistics']);
  });

  it('leave weights to an emulator that was not started here, because it cannot be told which version to run', () => {
    expect(suppliedOf(['alias-weights', 'statistics'], true)).toEqual(['alias-weights', 'statistics']);
    expect(suppliedOf(['alias-weights', 'statistics'], false)).toEqual(['statistics']);
  });
});
