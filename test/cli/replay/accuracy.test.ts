import { parseTrace } from '../../../lambdas/contract/kept-evidence';
import { rulesFrom } from '../../../cli/replay/rules';
import { smallTrace } from './small-trace';

const labels = { blue: 60_000, green: 1_000 };
const withLabels = (labelled: unknown) => {
  const small = smallTrace() as { rows: { green: object }[] };
  return { ...small, labels, rows: small.rows.map((row) => ({ ...row, green: { ...row.green, labelled } })) };
};

describe('a replay', () => {
  it('judges accuracy where a trace has counts of labels', () => {
    const trace = parseTrace(withLabels({ events: 1, requests: 20 }), 't.json');
    expect(trace.labels).toEqual(labels);
    expect(rulesFrom(undefined)(trace).settings.gates.accuracy).toMatchObject({ minLabels: 200 });
  });

  it('does not where none were counted, because they could never prove anything', () => {
    const trace = parseTrace({ ...(smallTrace() as object), labels }, 't.json');
    expect(rulesFrom(undefined)(trace).settings.gates).toMatchObject({ accuracy: false });
  });

  it.each([
    [{ events: 3, requests: 2 }, /rows\.0\.green\.labelled\.events: must be at most requests, 2/],
    [{ events: 1 }, /rows\.0\.green\.labelled\.requests/],
    [{ events: 1, requests: 2, wrong: 1 }, /labelled.*wrong/],
  ])('refuses labels that cannot be true: %j', (labelled, message) => {
    expect(() => parseTrace(withLabels(labelled), 't.json')).toThrow(message);
  });
});
