import { REPORT_DOCUMENT, ROLLOUTS_PREFIX } from '../../lambdas/contract/names';
import { renderReport } from '../../lambdas/pages/report/render-report';
import { greenlight, greenlightJson } from '../cli/cli-on-scene';
import { textOf } from '../pages/report/kept';
import { ENDPOINT, type Scene } from './harness';
import { quiet } from './quiet';

const PROOF = /^replay of [\d,]+ requests \+ [\d,]+ live$/;

const reportOf = async (scene: Scene, id: string): Promise<string> =>
  textOf(await scene.world.run(scene.app.readText(`${ROLLOUTS_PREFIX}${ENDPOINT}/${id}/${REPORT_DOCUMENT}`)));

describe('a promotion at 20 requests a minute names its proof', () => {
  it('in the record, the notice, status, history, explain and the report', async () => {
    const scene = await quiet({}, { name: 'v1', errorRate: 0 });
    const { execution, record } = await scene.rollout({ name: 'v2' });
    const proof = record?.proof ?? '';
    expect(proof).toMatch(PROOF);
    const { replay, judgement } = record!.state!;
    const [pairs, live] = proof.replaceAll(',', '').match(/\d+/g)!.map(Number);
    expect([pairs, live]).toEqual([replay?.pairs, judgement?.greenRequests]);

    expect(record!.state!.timeline.at(-1)?.note).toBe(`promoted: ${proof}`);
    const notice = scene.notices('was promoted').at(-1);
    expect(notice?.subject).toContain(proof);
    expect(notice?.message).toMatch(new RegExp(`Proof: +${proof.replace('+', '\\+')}`));
    const oneLine = async (command: string) => (await greenlight(scene, command)).out.replaceAll(/\s+/g, ' ');
    expect(await oneLine('status')).toContain(`last promoted: ${proof}, `);
    expect(await oneLine('history')).toContain(`proof: ${proof}`);
    expect(await oneLine('explain')).toContain(`ended as promoted: ${proof}.`);
    expect((await greenlightJson(scene, 'status digits')).result).toMatchObject([{ last: { proof } }]);
    const page = await reportOf(scene, execution.name);
    expect(page).toContain(`was promoted and has all traffic: ${proof}`);
    expect(page).toContain(
      `were asked the same ${pairs} requests, drawn from 1,500 of 1,500 samples in samples/digits.jsonl. Green ` +
        'failed 0 of them and blue 0; a typical answer took green 20 ms and blue 20 ms; both gave the same answer ' +
        'to 100 %',
    );
    expect(page).toContain(
      'a harmful model, say one that fails 0.5 points more of all requests than blue, comes this far by luck in ' +
        'at most 5 % of such rollouts',
    );
    expect(page).toMatch(
      /Only then did it get users: 50 % of them for \d+ minutes\. Green answered \d+ requests of theirs, of which 0 failed\./,
    );
    expect(page).toContain('POST /v2/models/digits/infer');
    expect(page).toContain('trace-replay.json');
    const blind = textOf(renderReport({ record: record!, evidence: {}, replay: { unreadable: 'NoSuchKey' } }));
    expect(blind).toContain('trace-replay.json could not be read when this page was written (NoSuchKey)');
    expect(blind).toContain('That is why green went on');
  });
});

it('says on the page of a refused green what it did to the same requests, and that no user met it', async () => {
  const scene = await quiet();
  const { execution, record } = await scene.rollout({ name: 'v2', nonFinite: 0.05 });
  expect(record).toMatchObject({ outcome: 'rejected' });
  expect(record?.proof).toBeUndefined();
  const page = await reportOf(scene, execution.name);
  expect(page).toMatch(/Green failed [1-9]\d* of them and blue 0/);
  expect(page).toContain('green did worse than luck explains, so that it was refused and no user met it');
  expect(page).toMatch(
    /The request on which they differ most .*samples\/digits\.jsonl request \d+ \(x FP32 \[1, 2\]; blue \d/,
  );
});

it('promotes at 20 requests a minute on pairs that are too few by themselves and the live traffic after them', async () => {
  const scene = await quiet({ strategy: 'Auto' }, { name: 'v1' }, 600);
  const { record } = await scene.rollout({ name: 'v2' });
  expect(record?.state?.replay).toMatchObject({ verdict: 'unproven', asked: 600 });
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  expect(record?.proof).toMatch(/^replay of 600 requests, not enough alone, \+ \d+ live$/);
  // Without the pairs no gate but the latter half of them is proven by so few.
  expect(record!.state!.judgement!.greenRequests).toBeLessThan(400);
});
