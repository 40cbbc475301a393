import { synthTemplate } from '../../lib/synthesise';
import type { Template } from '../../simulator/template';
import { asking } from './asking';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';
import { ADA, buttonOf, buttonsOf, callWidget, canary, press, saidIn, show, textOf } from './widgets';

const SHORT = { strategy: 'Canary10Percent5Minutes' };

const labels = (html: string): readonly string[] => buttonsOf(html).map(({ label }) => label);

describe('the row of an endpoint', () => {
  it('tells that nothing was rolled out yet', async () => {
    const scene = await Scene.open();
    expect(textOf(await show(scene, 'endpoints'))).toMatch(/digits at rest version 1 – 0 % – – nothing yet$/);
  });

  it('tells state, versions, weight, step, deadline and the last outcome while a rollout runs', async () => {
    const [scene] = await canary();
    expect(textOf(await show(scene, 'endpoints'))).toMatch(
      /digits rolling out version 2, v1\.onnx version 3, v2\.onnx 10 % 1 of 1 \d\d:\d\d:\d\d UTC, in \d+ min promoted-first \d\d:\d\d:\d\d UTC, \d+ min ago$/,
    );
  });

  it('has one row for each endpoint of the app', async () => {
    const scene = await Scene.open({ template: templateOf({ name: 'digits' }, { name: 'fraud-check' }) });
    const text = textOf(await show(scene, 'endpoints'));
    expect([...text.matchAll(/(digits|fraud-check) at rest/g)].map(([, name]) => name)).toEqual([
      'digits',
      'fraud-check',
    ]);
  });
});

describe('the widget of a rollout', () => {
  it('shows what runs with its evidence against the limits, as the command line does', async () => {
    const [scene, execution] = await canary();
    const html = await show(scene, 'rollout');
    const text = textOf(html);
    expect(text).toContain(`rollout ${execution.name} gathers evidence`);
    expect(text).toMatch(/The judge: continue .*After \d+ minutes?: [\d,]+ green and [\d,]+ blue requests/);
    expect(text).toMatch(/Green is worse: stops at 99 % No harm: passes at 95 %/);
    for (const gate of ['errors', 'latency', 'predictions', 'throttles'])
      expect(html).toMatch(new RegExp(`${gate}</th>[\\s\\S]*?class="bar"[\\s\\S]*?class="bar"`));
    expect(text).toContain('Uploaded because retrain <47>');
    expect(html).not.toContain('<47>');
    expect(text).toMatch(/10 % from minute 0\.1 on; the rollout goes on, now in minute 5\.\d/);
    expect(labels(html)).toEqual(expect.arrayContaining(['Promote now', 'Abort', 'Roll back', 'Look again']));
  });

  it('offers no promotion before a request of green was judged', async () => {
    const [scene] = await canary('Bake', 1);
    expect(labels(await show(scene, 'rollout'))).not.toContain('Promote now');
  });

  it('tells how the last rollout ended and why, when none runs', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.rollout({ name: 'bad', errorRate: 0.2 }, SHORT);
    const html = await show(scene, 'rollout');
    const text = textOf(html);
    expect(text).toContain('Stopped in the canary');
    expect(text).toMatch(/CanaryRegressed: errors: green [\d.]+ % .* requests/);
    expect(text).toContain('The judge: fail');
    expect(text).toContain('To do: Users need nothing');
    expect(html).toMatch(/href="https:\/\/eu-west-1\.console\.aws\.amazon\.com\/s3\/object\/[^"]*report\.html"/);
  });

  it('keeps what is being typed when it is drawn anew, and escapes it', async () => {
    const [scene] = await canary();
    const html = await show(scene, 'rollout', { typed: { by: '"><script>alert(1)</script>', reason: 'half a sen' } });
    expect(html).toContain('value="half a sen"');
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;');
    expect(html).not.toContain('<script');
  });

  it('names an endpoint that there is not', async () => {
    const scene = await Scene.open();
    expect(textOf(await show(scene, 'rollout', {}, 'missing'))).toContain(
      'UnknownEndpoint: endpoint: there is none called "missing"; there are digits',
    );
  });

  it('refuses a parameter that it cannot read, by field, value and limit', async () => {
    const scene = await Scene.open();
    await expect(show(scene, 'everything')).rejects.toThrow(
      /InvalidInput.*view: .*endpoints.*rollout.*comparison.*everything/,
    );
  });

  it('describes its parameters to the person who sets them', async () => {
    const scene = await Scene.open();
    expect(await callWidget(scene, 'dashboard-view', { describe: true })).toContain('**view** |');
    expect(await callWidget(scene, 'dashboard-act', { describe: true })).toContain('Anyone who may invoke it');
  });
});

describe('a button', () => {
  it('approves with who and why, for the record, and a second click says who was first', async () => {
    const [scene, execution] = await asking();
    const html = await show(scene, 'rollout');
    expect(textOf(html)).toContain('Is green to be promoted?');
    const approve = buttonOf(html, 'Approve');
    expect(approve.confirmation).toContain(execution.name);
    expect(saidIn(await press(scene, approve))).toMatch(/^good Done : rollout .* was approved by Ada \(dashboard\)/);
    expect(saidIn(await press(scene, approve))).toMatch(/^bad AlreadyAnswered : .*Ada \(dashboard\) approved it/);
    expect((await scene.end(execution)).record).toMatchObject({
      outcome: 'promoted',
      decidedBy: 'person: Ada (dashboard) (looks right)',
    });
  });

  it('rejects', async () => {
    const [scene, execution] = await asking();
    await press(scene, buttonOf(await show(scene, 'rollout'), 'Reject'), { by: 'Bob', reason: 'too fast' });
    expect((await scene.end(execution)).record).toMatchObject({
      error: 'ApprovalRejected',
      cause: 'Bob (dashboard) said no: too fast',
    });
    expect(await scene.atRest()).toBe('v1');
  });

  it('answers no question that was asked after the one that was read', async () => {
    const [scene] = await asking();
    const approve = buttonOf(await show(scene, 'rollout'), 'Approve');
    const { endpoint, operation } = approve.payload;
    const older = { ...operation, askedAt: '2026-11-23T00:00:00.000Z' } as typeof operation;
    const said = saidIn(await press(scene, { ...approve, payload: { endpoint, operation: older } }));
    expect(said).toMatch(/^bad StateChanged : .*expected the question of 2026-11-23 00:00:00 UTC/);
    expect(textOf(await show(scene, 'rollout'))).toContain('Is green to be promoted?');
  });

  it('promotes at the next look, once', async () => {
    const [scene, execution] = await canary();
    const promote = buttonOf(await show(scene, 'rollout'), 'Promote now');
    const first = await press(scene, promote);
    expect(saidIn(first)).toMatch(/^good Done : .*is promoted at its next look/);
    expect(labels(first)).not.toContain('Promote now');
    expect(saidIn(await press(scene, promote))).toMatch(/^bad AlreadyAnswered : .*Ada \(dashboard\) promoted it/);
    expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted' });
  });

  it('aborts, waits until blue is back, and shows the endpoint at rest', async () => {
    const [scene, execution] = await canary();
    const abort = buttonOf(await show(scene, 'rollout'), 'Abort');
    const after = await press(scene, abort, { by: 'Ada', reason: 'wrong model' });
    expect(saidIn(after)).toMatch(/^good Done : .* ended as aborted; in service: version 2, safe after \d+ s/);
    expect(textOf(after)).toContain('digits at rest');
    expect(execution).toMatchObject({ status: 'ABORTED', cause: 'Ada (dashboard) aborted it: wrong model' });
    expect(saidIn(await press(scene, abort))).toMatch(/^bad NothingRuns : /);
    expect(await scene.atRest()).toBe('v1');
  });

  it('says to look again when blue is not back before it has to answer', async () => {
    const [scene] = await canary();
    const find = scene.lose('aws.states');
    const after = await press(scene, buttonOf(await show(scene, 'rollout'), 'Abort'));
    expect(saidIn(after)).toMatch(/^neutral NotSafeYet : .*was stopped.*Look again in a minute$/);
    await scene.world.runFor(6 * MINUTE);
    find();
    expect(await scene.atRest()).toBe('v1');
  });

  it('stops no other rollout than the one that was read', async () => {
    const [scene, execution] = await canary();
    const abort = buttonOf(await show(scene, 'rollout'), 'Abort');
    await scene.stop(execution);
    await scene.world.runFor(10_000);
    const other = await scene.start({ force: true, ...SHORT });
    await scene.reaches(other, 'Bake');
    const after = await press(scene, abort);
    expect(saidIn(after)).toMatch(
      new RegExp(`^bad StateChanged : .*expected rollout ${execution.name}, but ${other.name} is running`),
    );
    expect(textOf(after)).toContain(other.name);
    expect(other.status).toBe('RUNNING');
  });

  it('rolls back once, however often the click arrives', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
    const back = buttonOf(await show(scene, 'rollout'), 'Roll back');
    const before = scene.world.executions.length;
    scene.world.setCallTime(20);
    expect(saidIn(await press(scene, back))).toMatch(/^good Done : rollback \S+ has begun/);
    const said = saidIn(await press(scene, back));
    expect(said).toMatch(/^bad AlreadyStarted : /);
    await scene.end(scene.world.executions.at(-1)!);
    expect(saidIn(await press(scene, back))).toMatch(/^bad AlreadyStarted : /);
    expect(scene.world.executions).toHaveLength(before + 1);
    expect(await scene.atRest()).toBe('v1');
  });

  it('rolls back to a version that is named, and refuses one that is gone', async () => {
    const scene = await Scene.open();
    await scene.serve();
    for (const name of ['v2', 'v3']) await scene.rollout({ name }, { strategy: 'AllAtOnce' });
    const html = await show(scene, 'rollout');
    const back = buttonOf(html, 'Roll back');
    expect(saidIn(await press(scene, back, { ...ADA, to: '77' }))).toMatch(/^bad RollbackTargetUnavailable : .*77/);
    expect(saidIn(await press(scene, back, { ...ADA, to: 'two' }))).toMatch(
      /^bad InvalidInput : .*to: must be a version/,
    );
    expect(saidIn(await press(scene, back, { ...ADA, to: '2' }))).toMatch(/^good Done/);
    await scene.end(scene.world.executions.at(-1)!);
    expect(await scene.atRest()).toBe('v1');
  });

  it('does not roll back from what was live when it was read', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
    const back = buttonOf(await show(scene, 'rollout'), 'Roll back');
    await scene.rollout({ name: 'v3' }, { strategy: 'AllAtOnce' });
    expect(saidIn(await press(scene, back))).toMatch(/^bad StateChanged : .*version 4 is live, and it was 3/);
    expect(await scene.atRest()).toBe('v3');
  });

  it('puts the teardown off to a moment, twice to the same one, and lets it work again', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const html = await show(scene, 'rollout');
    const keep = buttonOf(html, 'Keep idle versions for a day');
    const after = await press(scene, keep, { by: 'Ada', reason: 'audit' });
    expect(saidIn(after)).toMatch(/^good Done : postponed until/);
    expect(textOf(after)).toMatch(/Teardown put off until .*Ada \(dashboard\): audit/);
    expect(saidIn(await press(scene, keep))).toMatch(/^good Done : postponed until/);
    expect(saidIn(await press(scene, buttonOf(html, 'Keep them for a week')))).toMatch(/^bad StateChanged : /);
    expect(saidIn(await press(scene, buttonOf(after, 'Let the teardown work again')))).toMatch(
      /^good Done : .*no longer/,
    );
    expect(textOf(await show(scene, 'rollout'))).not.toContain('put off');
  });

  it('puts no line into a record that its reader did not write', async () => {
    const [scene, execution] = await canary();
    const typed = { by: 'Ada\nBob', reason: 'x\u202Ey' };
    await press(scene, buttonOf(await show(scene, 'rollout'), 'Abort'), typed);
    expect(execution.cause).toBe('Ada\\nBob (dashboard) aborted it: x\\u202ey');
  });
});

describe('without buttons', () => {
  it('a dashboard shows the same and says how else one acts', async () => {
    const template = synthTemplate([{ name: ENDPOINT }], { dashboard: { actions: false } }) as unknown as Template;
    const scene = await Scene.open({ template });
    await scene.serve();
    const html = await show(scene, 'rollout');
    expect(buttonsOf(html)).toEqual([]);
    expect(textOf(html)).toContain('This page only shows');
  });
});
