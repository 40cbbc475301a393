import { asking } from './asking';
import { MINUTE, Scene } from './harness';
import { buttonOf, buttonsOf, canary, press, saidIn, show, textOf } from './widgets';

const SHORT = { strategy: 'Canary10Percent5Minutes' };

describe('a person who is called at night', () => {
  it.each([
    ['a name that is too long', { by: 'a'.repeat(81), reason: 'x' }, 'Your name: must have 80 characters at most'],
    ['a reason that is too long', { by: 'Ada', reason: 'x'.repeat(401) }, 'Why: must have 400 characters at most'],
  ])('does nothing for %s, and says what is wrong', async (_, typed, why) => {
    const [scene, execution] = await canary();
    const said = saidIn(await press(scene, buttonOf(await show(scene, 'rollout'), 'Abort'), typed));
    expect(said).toMatch(/^bad InvalidInput : /);
    expect(said).toContain(why);
    expect(execution.status).toBe('RUNNING');
  });

  it.each([
    ['no name', { by: ' ', reason: 'x' }, 'Your name: must be given to promote'],
    ['no reason', { by: 'Ada', reason: '' }, 'Why: must be given to promote'],
    ['fields that are no text', { by: 5, reason: {} }, 'Your name: must be given to promote'],
  ])('gives green no more users for %s, and says what is missing', async (_, typed, why) => {
    const [scene, execution] = await canary();
    const said = saidIn(await press(scene, buttonOf(await show(scene, 'rollout'), 'Promote now'), typed));
    expect(said).toMatch(/^bad InvalidInput : /);
    expect(said).toContain(why);
    expect(execution.status).toBe('RUNNING');
  });

  it('approves nothing without a name, and rejects without one', async () => {
    const [scene, execution] = await asking();
    const html = await show(scene, 'rollout');
    expect(saidIn(await press(scene, buttonOf(html, 'Approve'), {}))).toContain('Your name: must be given to approve');
    expect(saidIn(await press(scene, buttonOf(html, 'Reject'), {}))).toMatch(/^good Done : /);
    expect((await scene.end(execution)).record).toMatchObject({ cause: 'a person (dashboard) said no' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('aborts and rolls back without a name and a reason: a person at night types nothing', async () => {
    const [scene, execution] = await canary();
    expect(saidIn(await press(scene, buttonOf(await show(scene, 'rollout'), 'Abort'), {}))).toMatch(/^good Done : /);
    expect(execution.cause).toBe('a person (dashboard) aborted it');
    expect(await scene.atRest()).toBe('v1');

    await scene.rollout({ name: 'v3' }, SHORT);
    expect(await scene.atRest()).toBe('v3');
    const rollback = await press(scene, buttonOf(await show(scene, 'rollout'), 'Roll back'), {});
    expect(saidIn(rollback)).toMatch(/^good Done : rollback .* has begun/);
    await scene.world.runFor(10 * MINUTE);
    expect(await scene.atRest()).toBe('v1');
  });

  it('stands right under the headline where it acts on what runs, and below all else where it is seldom needed', async () => {
    const [scene] = await canary();
    const html = await show(scene, 'rollout');
    expect(html).toMatch(/<p class="headline">[^<]*<\/p>\s*<div class="buttons">/);
    const facts = html.indexOf('<dl');
    const place = (label: string) => (html.indexOf(`>${label}</button`) < facts ? 'above' : 'below');
    expect(buttonsOf(html).map(({ label }) => [label, place(label)])).toEqual([
      ['Promote now', 'above'],
      ['Look again', 'above'],
      ['Abort', 'above'],
      ['Roll back', 'below'],
      ['Keep idle versions for a day', 'below'],
      ['Keep them for a week', 'below'],
    ]);
  });
});

it('tells a fresh deploy on its first page that no one is subscribed, until someone is', async () => {
  const scene = await Scene.open();
  const page = async () => textOf(await show(scene, 'endpoints'));
  expect(await page()).toContain('No one is subscribed. Questions, failures and alarms reach no person.');
  const { sns } = scene.world.services;
  const [topicArn = ''] = sns.topicArns();
  sns.subscriptions.set('mail', { topicArn, isConfirmed: false });
  expect(await page()).toContain('No one is subscribed');
  sns.subscriptions.set('mail', { topicArn, isConfirmed: true });
  expect(await page()).not.toContain('No one is subscribed');
});
