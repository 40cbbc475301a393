import { existsSync, globSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from '../../../package.json';
import { BIN, PROJECT } from '../../../emulator/paths';
import { HANDLER_NAMES } from '../../../lib/handlers';
import { type InstalledApp, installedApp, removeApps, run, tarball } from './installed-app';

const MINUTE = 60_000;
const DIGITS = join(PROJECT, 'examples', 'digits');

afterAll(removeApps);

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
  >;
}

/** `cdk synth` in the app's folder; answers the template of each stack. */
async function synthesised(app: InstalledApp, program: string): Promise<Readonly<Record<string, Template>>> {
  await app.must(join(BIN, 'cdk'), 'synth', '--quiet', '--no-notices', '--app', program, '--output', 'cdk.out');
  const files = globSync('*.template.json', { cwd: join(app.folder, 'cdk.out') });
  return Object.fromEntries(
    files.map((file) => [
      file.slice(0, -'.template.json'.length),
      JSON.parse(readFileSync(join(app.folder, 'cdk.out', file), 'utf8')) as Template,
    ]),
  );
}

const named = (template: Template | undefined, type: string) =>
  Object.values(template?.Resources ?? {}).filter(({ Type }) => Type === type);

/** Every file below a folder, with its content. */
const contents = (folder: string) =>
  globSync('**', { cwd: folder })
    .filter((file) => statSync(join(folder, file)).isFile())
    .map((file) => [file, readFileSync(join(folder, file)).toString('base64')])
    .sort();

describe('the tarball', () => {
  it(
    'is small, has no other platform than Lambda has, and runs nothing as it is installed',
    async () => {
      const file = await tarball();
      expect(statSync(file).size).toBeLessThan(40_000_000);
      const list = (await run('tar', ['-tzf', file], PROJECT)).text.trim().split('\n');
      const natives = list.filter((path) => /\.(node|so|dylib|dll)([.\d]*)?$/.test(path));
      expect([...new Set(natives.map((path) => /napi-v6\/(\w+\/\w+)\//.exec(path)?.[1]))].sort()).toEqual([
        'linux/arm64',
        'linux/x64',
      ]);
      expect(list.filter((path) => /(?<!\.d)\.ts$|\.map$/.test(path))).toEqual([]);
      for (const one of ['LICENSE', 'README.md', 'CHANGELOG.md', 'dist/constructs/THIRD-PARTY-LICENSES.txt'])
        expect(list).toContain(`package/${one}`);
      expect(list).toContain('package/docs/guides/operations.md');
      const read = async (path: string) => (await run('tar', ['-xzOf', file, `package/${path}`], PROJECT)).text;
      // Neither what a pack left behind that died, nor the times of this checkout's files.
      expect(
        list.filter((path) => path.includes('/dist/') && !/\/dist\/(cli-\w+|constructs|made\.json)(\/|$)/.test(path)),
      ).toEqual([]);
      const texts = (await read('dist/constructs/THIRD-PARTY-LICENSES.txt')).split(`\n\n${'-'.repeat(80)}\n\n`);
      expect(texts.filter((block) => !block.includes('\n\n'))).toEqual([]);
      expect(texts.find((block) => block.includes('onnxruntime-node'))).toContain('Microsoft Corporation');
      expect(JSON.parse(await read('dist/made.json'))).toMatchObject({ inputs: [] });
      const manifest = JSON.parse(await read('package.json')) as Readonly<
        Record<string, Readonly<Record<string, unknown>>>
      >;
      expect(manifest['dependencies']).toBeUndefined();
      expect(
        ['preinstall', 'install', 'postinstall', 'prepare'].filter((name) => name in manifest['scripts']!),
      ).toEqual([]);
    },
    20 * MINUTE,
  );
});

describe('an app in TypeScript', () => {
  it(
    'compiles against the types, and deploys what the package holds',
    async () => {
      const app = await installedApp('typescript');
      await app.must(join(app.folder, 'node_modules', '.bin', 'tsc'));
      const { PackageTypeScript: template } = await synthesised(app, 'node app.js');
      const functions = named(template, 'AWS::Lambda::Function').map(({ Properties }) => Properties['Description']);
      for (const name of ['digits', 'loans']) expect(functions).toContain(`Greenlight: serves the model of ${name}`);
      expect(named(template, 'AWS::Lambda::Url')).toHaveLength(6);

      const assets = join(app.folder, 'node_modules', 'greenlight', 'dist', 'constructs', 'assets');
      const uploaded = globSync('cdk.out/asset.*/', { cwd: app.folder }).map((path) =>
        contents(join(app.folder, path)),
      );
      const expected = [...HANDLER_NAMES.map((name) => `handlers/${name}`), 'model-server/arm64'];
      for (const one of expected) expect(uploaded).toContainEqual(contents(join(assets, one)));
      expect(uploaded).toHaveLength(expected.length);
    },
    20 * MINUTE,
  );
});

describe('an app in JavaScript', () => {
  it(
    'has a control plane, and in another stack endpoints that find it',
    async () => {
      const app = await installedApp('javascript');
      const { PackagePlatform: platform, PackageTeam: team } = await synthesised(app, 'node app.mjs');
      expect(named(platform, 'AWS::StepFunctions::StateMachine')).toHaveLength(1);
      expect(named(platform, 'AWS::Events::ApiDestination')).toHaveLength(1);
      expect(named(team, 'AWS::Lambda::Url')).toHaveLength(6);
      expect(named(team, 'AWS::StepFunctions::StateMachine')).toEqual([]);

      const same =
        "import * as a from 'greenlight'; import { createRequire } from 'node:module'; const b = " +
        "createRequire(import.meta.url)('greenlight'); console.log(Object.keys(b).filter((name) => a[name] !== " +
        'b[name]).length, Object.keys(b).length === Object.keys(a).length)';
      expect((await app.must('node', '--input-type=module', '--eval', same)).trim()).toBe('0 true');
    },
    20 * MINUTE,
  );
});

describe('the command line', () => {
  it(
    'is installed by npm install -g, and rehearses with the model server that the package deploys',
    async () => {
      const prefix = join(dirname(await tarball()), 'everywhere');
      mkdirSync(prefix);
      const install = ['install', '-g', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund'];
      expect(await run('npm', [...install, await tarball()], prefix)).toMatchObject({ code: 0 });
      const greenlight = (...argv: readonly string[]) => run(join(prefix, 'bin', 'greenlight'), argv, prefix);
      expect(await greenlight('--version')).toEqual({ code: 0, text: `${version}\n` });
      expect((await greenlight('--help')).text).toContain('greenlight status');
      expect(await greenlight('status', '--demo')).toMatchObject({
        code: 3,
        text: expect.stringContaining('out/demo') as unknown,
      });
      const models = ['v1-baseline', 'v2-better'].map((name) => join(DIGITS, `${name}.onnx`));
      const golden = ['--golden', join(DIGITS, 'golden.json')];
      const options = ['--strategy', 'AllAtOnce', '--rpm', '60'];
      const { code, text } = await greenlight('rehearse', ...models, ...golden, ...options);
      if (code !== 0) throw new Error(text);
      const { rollouts } = JSON.parse(readFileSync(join(prefix, 'out/rehearse/summary.json'), 'utf8')) as {
        readonly rollouts: readonly { readonly outcome: string; readonly report: string }[];
      };
      expect(rollouts).toMatchObject([{ outcome: 'promoted' }]);
      expect(existsSync(join(prefix, 'out/rehearse', rollouts[0]!.report))).toBe(true);
    },
    20 * MINUTE,
  );
});
