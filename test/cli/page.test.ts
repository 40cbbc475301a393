import { dynamodbUploads } from '../../lambdas/adapters/dynamodb/uploads';
import { dynamodbSettings, dynamodbSettingsStore } from '../../lambdas/adapters/dynamodb/settings';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPERATION_ERRORS } from '../../lambdas/contract/operation-errors';
import { typed } from '../../cli/render/text';
import { COMMANDS } from '../../cli/commands/index';
import { EXIT } from '../../cli/exit-codes';
import { requiredActions } from '../../simulator/iam/required-actions';
import { bytesOf } from '../../simulator/fake-model';
import { page, tableRows } from '../repository/docs/markdown-files';
import { Scene } from '../scenarios/harness';
import { greenlight } from './cli-on-scene';

const PAGE = page('docs/guides/cli.md');
const under = (heading: string): string => {
  const depth = heading.split(' ')[0] ?? '';
  const [, after = ''] = PAGE.split(`\n${heading}\n`);
  return after.split(new RegExp(`\\n#{1,${depth.length}} `))[0] ?? '';
};
const namesOf = ({ usage }: { readonly usage: string }) => usage.split(' ')[0] ?? '';

describe('docs/guides/cli.md', () => {
  it('has a section for every command, with every option of its help and no other', async () => {
    const scene = await Scene.open();
    const headings = [...under('## Commands').matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(headings).toEqual([...COMMANDS.map(namesOf), 'completion']);
    for (const name of COMMANDS.map(namesOf)) {
      const { out } = await greenlight(scene, `${name} --help`, { columns: 100 });
      const [, own = ''] = /\nOptions:\n([\s\S]*?)\n\n/.exec(out) ?? [];
      const options = [...own.matchAll(/^ {2,6}(--[a-z0-9-]+)/gm)].map(([, option]) => option);
      const usage = /^`greenlight (.*)`$/m.exec(under(`### ${name}`))?.[1] ?? '';
      const written = [...usage.matchAll(/--[a-z0-9-]+/g)].map(([option]) => option.replace('--no-', '--'));
      expect([name, written.sort()]).toEqual([name, options.sort()]);
    }
  });

  it('has a row for every exit code, and every error with its code', () => {
    expect(tableRows(under('## Exit codes')).map(([code]) => Number(code))).toEqual(Object.values(EXIT));
    const rows = tableRows(under('## Errors')).map(([name, code]) => [name, Number(code)]);
    const kinds = { refused: EXIT.refused, 'not found': EXIT.notFound, late: EXIT.timeout };
    const ofOperations = Object.entries(OPERATION_ERRORS).map(([name, kind]) => [name, kinds[kind]]);
    expect(rows).toEqual(expect.arrayContaining(ofOperations));
    const ofTheCli = ['UsageError', 'AppUnknown', 'NoCredentials', 'NoRegion', 'Unreachable', 'AccessDenied'];
    expect(rows.map(([name]) => name).sort()).toEqual([...Object.keys(OPERATION_ERRORS), ...ofTheCli].sort());
  });

  it('has a row for every option of all commands', async () => {
    const { out } = await greenlight(await Scene.open(), '--help');
    const [, own = ''] = out.split('Options of every command:\n');
    const options = [...own.matchAll(/^ {2}(--[a-z0-9-]+)/gm)].map(([, option]) => option);
    expect(tableRows(under('## Options of every command')).map(([cell]) => cell?.split(' ')[0])).toEqual(options);
  });
});

describe('the rights on the page', () => {
  /** What IAM checked while a command ran, of the person's own calls. */
  async function neededBy(scene: Scene, argv: string): Promise<readonly string[]> {
    const { calls } = scene.world.hooks;
    const from = calls.length;
    await greenlight(scene, argv);
    const place = { account: '1', region: 'r', stateMachineOfToken: () => 'arn:aws:states:r:1:stateMachine:m' };
    const own = calls.slice(from).filter(({ caller }) => caller.kind === 'user');
    return [
      ...new Set(
        own
          .flatMap(({ service, command, input }) => requiredActions(service, command, input, place))
          .map(({ action }) => action),
      ),
    ].sort();
  }

  const policies = [...under('## Rights').matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => {
    const { Statement } = JSON.parse(text) as { Statement: readonly { Action: string | readonly string[] }[] };
    return Statement.flatMap(({ Action }) => Action);
  });
  const rows = new Map(
    tableRows(under('## Rights')).flatMap(([commands = '', rights = '']) =>
      commands
        .split(', ')
        .map((name) => [name, [...rights.matchAll(/[a-z0-9]+:[A-Za-z]+/g)].map(([one]) => one)] as const),
    ),
  );

  it('are those that the commands use, and no others', async () => {
    const [read = [], act = []] = policies;
    const scene = await Scene.open({ settings: { approval: { mode: 'before-promote', timeoutMinutes: 60 } } });
    // Used to find the app, to tell what is missing, and by `plan`, which has tests of its own.
    const used = new Set([
      'cloudformation:ListStackResources',
      'lambda:GetFunctionConfiguration',
      's3:ListBucket',
      'cloudwatch:GetMetricData',
    ]);
    const command = async (argv: string): Promise<void> => {
      const name = argv.split(' ')[0] ?? '';
      const needed = await neededBy(scene, argv);
      for (const one of needed) used.add(one);
      const known = [...read, ...(rows.get(name) ?? [])];
      expect([name, needed.filter((one) => !known.includes(one))]).toEqual([name, []]);
      const unused = (rows.get(name) ?? []).filter((one) => !needed.includes(one));
      if (name !== 'promote') expect([name, unused]).toEqual([name, []]);
    };
    const asks = async (): Promise<void> => {
      const running = scene.world.executions.at(-1)!;
      await scene.reaches(running, 'AwaitApproval');
      await scene.world.runFor(1_000);
    };
    const dir = mkdtempSync(join(tmpdir(), 'greenlight-'));
    for (const name of ['v1', 'v2', 'v3']) writeFileSync(join(dir, `${name}.onnx`), bytesOf({ name }));
    await command(`upload ${typed(join(dir, 'v1.onnx'))}`);
    await scene.world.runFor(5_000);
    await asks();
    await command('status');
    await command('explain');
    await command('approve');
    await scene.end(scene.world.executions.at(-1)!);
    scene.comeUsers();
    await scene.world.runFor(15 * 60_000);
    await scene.upload({ name: 'v2' });
    await scene.world.runFor(5_000);
    const canary = scene.world.executions.at(-1)!;
    await scene.reaches(canary, 'Bake', 3);
    await command('promote --reason x');
    await scene.end(canary);
    await command('history');
    await command('cost');
    await command(`report --out ${typed(join(dir, 'page.html'))}`);
    await command('start --force --strategy AllAtOnce');
    await asks();
    await command('reject');
    await scene.end(scene.world.executions.at(-1)!);
    await command('start --force --strategy AllAtOnce');
    await asks();
    await command('abort --reason x');
    await command('rollback --to 2');
    await command('teardown --dry-run');
    await command('postpone --hours 1');
    await scene.world.run(scene.app.put('captured/digits/2026-11-23/0001.json', '{}', { 'request-id': 'r-1' }));
    await command('forget digits --request r-1 --yes');
    const config = await scene.world.run(dynamodbSettings(scene.context).findSettings('digits'));
    const store = dynamodbSettingsStore(scene.context);
    const { requests } = await scene.world.run(store.readRequests('digits'));
    await scene.world.run(store.storeSettings({ ...config!, fingerprint: 'of a deploy' }, requests));
    await command('resume --yes');
    expect(
      (await scene.world.run(dynamodbUploads(scene.context).readWaitingDeploy('digits')))?.executionName,
    ).toContain('-deploy-');
    expect([...read, ...act].filter((one) => !used.has(one))).toEqual([]);
    expect([...used].filter((one) => ![...read, ...act].includes(one))).toEqual([]);
    expect([...rows.keys()].sort()).toEqual(COMMANDS.map(namesOf).sort());
  });
});
