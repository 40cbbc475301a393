import { drawBand } from '../../../lambdas/pages/charts/band-chart';
import { renderReport } from '../../../lambdas/pages/report/render-report';
import { keptCanary, textOf } from './kept';

const number = (text: string | undefined): number => Number(text);

/** Of a drawn tile: each look's upper and lower edge, and where the lines are. Smaller is higher. */
function geometryOf(svg: string) {
  const one = svg.replace(/\s+/g, ' ');
  const area = /class="band \w+" ?><path d="([^"]*)"/.exec(one)?.[1] ?? '';
  const steps = [...area.matchAll(/M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)/g)].map(([, x, y, width, height]) => ({
    ...{ left: number(x), right: number(x) + number(width) },
    ...{ top: number(y), bottom: number(y) + number(height) },
  }));
  const line = (name: string) => number(new RegExp(`class="${name}"[^>]* y1="([\\d.]+)"`).exec(one)?.[1]);
  return { steps, tolerance: line('tolerance'), harm: line('harm'), zero: line('zero') };
}

const svgOf = (page: string, id: string): string => page.slice(page.indexOf(`id="${id}"`)).split('</figure>')[0]!;

it.each(['036', '046', '055', '064'])(
  'draws the band over the tolerance at the look that stopped green: %s',
  async (id) => {
    const { record, canary } = await keptCanary(id);
    const { decidedAtMinute = 0, gate } = canary.judgement;
    const { steps, tolerance, harm } = geometryOf(
      svgOf(renderReport({ record, evidence: { canary } }), `canary-tile-${gate}`),
    );
    expect(harm).toBeLessThan(tolerance);
    expect(steps).toHaveLength(canary.rows.length);
    expect(steps[decidedAtMinute - 1]!.bottom).toBeLessThan(tolerance);
    if (decidedAtMinute > 1) expect(steps[decidedAtMinute - 2]!.bottom).toBeGreaterThanOrEqual(tolerance);
  },
);

it('draws the band under the line of harm where green is proven', async () => {
  const { record, canary } = await keptCanary('023', { outcome: 'promoted', error: undefined });
  const page = renderReport({ record, evidence: { canary } });
  for (const { gate, nonInferior } of canary.judgement.gates.filter((one) => one.observed === undefined)) {
    const { steps, harm } = geometryOf(svgOf(page, `canary-tile-${gate}`));
    expect([gate, steps.at(-1)!.top > harm]).toEqual([gate, nonInferior]);
  }
});

it('puts the gate that stopped green first, then what lacks its proof', async () => {
  const { record, canary } = await keptCanary('064');
  const page = renderReport({ record, evidence: { canary } });
  const order = [...page.matchAll(/id="canary-tile-([\w-]+)"/g)].map(([, gate]) => gate);
  expect(order[0]).toBe('predictions');
  expect(new Set(order).size).toBe(order.length);
  expect(textOf(svgOf(page, 'canary-tile-predictions'))).toContain('✕ worse than tolerated');
});

it('draws a single look as wide as its minute: something to read, and no dot', () => {
  const svg = drawBand({
    ...{ unit: 'share', tolerance: 0.001, harm: 0.01, looks: [[-0.02, 0.3, 0.01]], at: [1] },
    ...{ xLabel: 'minutes', tone: 'some' },
  })
    .map(({ text }) => text)
    .join('');
  const { steps, tolerance, harm, zero } = geometryOf(svg);
  expect(steps).toHaveLength(1);
  expect(steps[0]!.right - steps[0]!.left).toBeGreaterThan(200);
  expect(steps[0]!.top).toBeLessThan(harm);
  expect(steps[0]!.bottom).toBeGreaterThan(zero);
  expect(harm).toBeLessThan(tolerance);
  expect(tolerance).toBeLessThan(zero);
});

it('draws an end that nothing bounds up to the edge, and a thousand looks in two hundred steps with the last among them', () => {
  const looks = Array.from({ length: 1000 }, (_, index): [number, null, number] => [
    index < 999 ? -0.05 : 0.02,
    null,
    0,
  ]);
  const svg = drawBand({
    ...{ unit: 'share', tolerance: 0.001, harm: 0.01, looks, at: looks.map((_, index) => index + 1) },
    ...{ xLabel: 'minutes', tone: 'bad' },
  })
    .map(({ text }) => text)
    .join('');
  const { steps, tolerance } = geometryOf(svg);
  expect(steps).toHaveLength(200);
  expect(steps.every(({ top }) => top <= 12.1)).toBe(true);
  expect(steps.at(-1)!.bottom).toBeLessThan(tolerance);
  expect(steps.at(-2)!.bottom).toBeGreaterThan(tolerance);
});

it('shows both versions over time: failures, p50 and p99 in ms, and what was answered', async () => {
  const { record, canary } = await keptCanary('064');
  const page = renderReport({ record, evidence: { canary } });
  const text = textOf(page);
  expect(text).toMatch(/Requests that failed .*In all blue failed [\d.]+ % \([\d,]+ of [\d,]+\), green failed/);
  expect(text).toMatch(
    /Time of an answer: p50 and p99, ms .*In all, p50 of green [\d.]+ ms, of blue [\d.]+ ms; p99 of green/,
  );
  expect(text).toMatch(/What was answered .*Most apart: class\d, [\d.]+ % of blue’s and [\d.]+ % of green’s/);
  // The line of minute 1 is what was counted in it.
  const { blue } = canary.rows[0]!;
  expect(blue.invocations).toBeGreaterThan(0);
  expect(svgOf(page, 'canary-errors')).toContain('class="line blue-line');
});

it('says in a sentence what users had of it, and when blue had all traffic again', async () => {
  const { record, canary } = await keptCanary('036', {});
  const { events } = canary.judgement.gates.find(({ gate }) => gate === 'errors')!.green;
  expect(events).toBeGreaterThan(1);
  const text = textOf(renderReport({ record: { ...record, endedAt: '2026-11-23T09:03:50Z' }, evidence: { canary } }));
  expect(text).toMatch(
    new RegExp(
      `Users: ${events.toLocaleString('en-US')} users got an error from green, .*; blue again after 3 min 50 s\\.`,
    ),
  );
  const promoted = { ...record, outcome: 'promoted' as const, error: undefined, liveVersionAfter: '2' };
  expect(textOf(renderReport({ record: promoted, evidence: { canary } }))).not.toContain('blue again');
});

it('links to nothing that only one place of the page would lead to', async () => {
  const { record, canary } = await keptCanary('036');
  const page = renderReport({ record, evidence: { canary } });
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, address]) => address);
  expect(links.filter((address) => !/^(https:|#)/.test(address!))).toEqual([]);
  expect(textOf(page)).toMatch(
    /Kept beside this page trace-canary\.json, record\.json, in s3:\/\/[\w-]+\/rollouts\/digits\/r-1\//,
  );
});

it('has the cost in one line, and of what it is made folded away', async () => {
  const { record, canary } = await keptCanary('036');
  const page = renderReport({ record, evidence: { canary } });
  expect(page.replace(/\s+/g, ' ')).toMatch(/<details class="cost"> <summary>Cost: [\d.]+ USD<\/summary>/);
});
