import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLAGS } from '../../cli/completions';
import { COMMANDS } from '../../cli/commands/index';
import type { CliApp } from '../../cli/app/cli-app';
import { typed } from '../../cli/render/text';
import { saveRecording } from '../../simulator/app/save-recording';
import { Scene } from '../scenarios/harness';
import { greenlight } from './cli-on-scene';

const scenes: Promise<Scene>[] = [];
/** Two models were live, one after the other. */
const served = (): Promise<Scene> =>
  (scenes[0] ??= (async () => {
    const scene = await Scene.open();
    await scene.rollout({ name: 'v1' }, { strategy: 'AllAtOnce' });
    await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
    return scene;
  })());

/** What Tab offers for a line; its last word is being typed. */
async function offered(line: string, more: Parameters<typeof greenlight>[2] = {}): Promise<readonly string[]> {
  const words = line.split(' ').map((word) => (word === '' ? "''" : word));
  const { code, out, err } = await greenlight(
    await served(),
    `--get-yargs-completions greenlight ${words.join(' ')}`,
    more,
  );
  expect([code, err]).toEqual([0, '']);
  return out.split('\n').filter((one) => one !== '');
}

describe('Tab offers', () => {
  it('endpoints, rollouts, versions and strategies of the app, wherever they are due', async () => {
    const ids = (await (await served()).records()).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    expect(await offered('status ')).toEqual(['digits']);
    expect(await offered('--region eu-west-1 status --watch di')).toEqual(['digits']);
    expect(await offered('upload v3.onnx --endpoint ')).toEqual(['digits']);
    expect(await offered('explain digits --rollout ')).toEqual(ids);
    expect(await offered('report --rollout digits-')).toEqual(ids);
    expect(await offered('rollback --to ')).toEqual(['2']);
    expect(await offered('start --strategy Canary')).toEqual(['Canary10Percent5Minutes', 'Canary10Percent15Minutes']);
  });

  it('no endpoint where one is named, or where something else is due', async () => {
    expect(await offered('status digits ')).not.toContain('digits');
    expect(await offered('upload ')).not.toContain('digits');
    expect(await offered('abort --reason ')).not.toContain('digits');
  });

  it('commands and options, and not a word more, when the app cannot be asked', async () => {
    const findApp = (): Promise<CliApp> => Promise.reject(new Error('no credentials'));
    expect(await offered('status ', { findApp })).not.toContain('digits');
    expect(await offered('stat', { findApp })).toEqual([expect.stringMatching(/^status/)]);
    expect(await offered('status --wa', { findApp })).toEqual([expect.stringMatching(/^--watch/)]);
  });

  it('what there is without the app’s names, when the app does not answer in time', async () => {
    const began = performance.now();
    const never = (): Promise<CliApp> => new Promise(() => undefined);
    const { completionsFor } = await import('../../cli/completions');
    const words = ['greenlight', 'status', ''];
    const found = await completionsFor(words, { findApp: never, env: {} } as never, async () => ['--watch']);
    expect(found).toEqual(['--watch']);
    expect(performance.now() - began).toBeLessThan(600_000);
  });

  it('knows which options stand alone', async () => {
    const scene = await served();
    const flags = new Set<string>();
    for (const { usage } of COMMANDS) {
      const { out } = await greenlight(scene, `${usage.split(' ')[0]} --help`, { columns: 200 });
      for (const [, flag = ''] of out.matchAll(/^ {2,6}(--[a-z-]+) .*\[boolean\]/gm)) flags.add(flag);
    }
    flags.add('--no-wait');
    expect([...FLAGS].sort()).toEqual([...flags].sort());
  });
});

/**
 * The program in a shell of a person, who has sourced the script; it reads a recording, and has no credentials. Shells
 * hand on the words of a line with their quotes.
 */
const SHELLS = {
  bash: (script: string) => `
    source ${typed(script)}
    COMP_WORDS=(greenlight --demo RECORDING status ''); COMP_CWORD=4; _greenlight_yargs_completions greenlight '' status
    echo "names: \${COMPREPLY[*]}"
    COMP_WORDS=(greenlight sta); COMP_CWORD=1; _greenlight_yargs_completions greenlight sta greenlight
    echo "commands: \${COMPREPLY[*]}"`,
  zsh: (script: string) => `
    autoload -Uz compinit; compinit -u -D; source ${typed(script)}
    _describe() { local list=$2; print -l "names: \${(P)list}"; }; _files() { print files; }
    words=(greenlight --demo RECORDING status ''); CURRENT=5; _greenlight_yargs_completions
    words=(greenlight sta); CURRENT=2; _greenlight_yargs_completions
    words=(greenlight upload ''); CURRENT=3; _greenlight_yargs_completions`,
} as const;

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

describe.each(Object.keys(SHELLS) as (keyof typeof SHELLS)[])('the script in %s', (shell) => {
  const there = has(shell);
  (there ? it : it.skip)(
    `completes commands and the names of a recording${there ? '' : ` (there is no ${shell})`}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "greenlight's completion "));
      const scene = await served();
      const recording = join(folder, 'demo');
      await scene.world.run(saveRecording(scene.app, recording));
      const script = join(folder, 'script');
      const binary = join(__dirname, '../../cli/greenlight.mjs');
      const env = {
        PATH: process.env['PATH'],
        HOME: folder,
        SHELL: `/bin/${shell}`,
        AWS_EC2_METADATA_DISABLED: 'true',
      };
      writeFileSync(script, execFileSync(process.execPath, [binary, 'completion'], { env, encoding: 'utf8' }));
      const lines = SHELLS[shell](script).replaceAll('RECORDING', () => typed(typed(recording)));
      const { stdout, stderr } = spawnSync(shell, ['-c', lines], { env, encoding: 'utf8', timeout: 250_000 });
      expect(stderr).toBe('');
      expect(stdout).toMatch(/names:.*digits/s);
      expect(stdout).toMatch(/\bstatus\b/);
      if (shell === 'zsh') expect(stdout).toMatch(/files\n$/);
    },
  );
});
