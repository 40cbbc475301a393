import { join } from 'node:path';
import { Cdk } from '../../../emulator/cdk';
import { OUT, PROJECT } from '../../../emulator/paths';
import { type InstalledApp, installedApp, removeApps, run } from './installed-app';

const MINUTE = 60_000;
const STACK = 'PackageTypeScript';

let app: InstalledApp;
const greenlight = (...argv: readonly string[]) =>
  run(join(app.folder, 'node_modules', '.bin', 'greenlight'), [...argv, '--stack', STACK], app.folder);

afterAll(removeApps);

describe('the package in an app of another team', () => {
  it(
    'deploys, and rolls out a model with the command line that came with it',
    async () => {
      app = await installedApp('typescript');
      await app.must(join(app.folder, 'node_modules', '.bin', 'tsc'));
      const { Url: url } = await new Cdk({
        endpointUrl: process.env['AWS_ENDPOINT_URL'],
        app: `cd "${app.folder}" && node app.js`,
        stack: STACK,
        out: join(OUT, STACK),
      }).deploy();
      expect(url).toMatch(/^https?:/);
      const model = join(PROJECT, 'examples', 'digits', 'v1-baseline.onnx');
      const upload = await greenlight('upload', model, '--endpoint', 'digits', '--wait');
      expect(upload).toMatchObject({ code: 0, text: expect.stringContaining('promoted') as unknown });
      const status = await greenlight('status');
      expect(status.code).toBe(0);
      for (const name of ['digits', 'loans', 'ranker']) expect(status.text).toContain(name);
    },
    15 * MINUTE,
  );
});
