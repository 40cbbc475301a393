import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emulatorPython } from '../../emulator/emulator-python';

let home: string;
let cache: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'greenlight-venv-'));
  cache = join(home, 'cache');
  mkdirSync(join(home, 'bin'));
});
afterEach(() => rmSync(home, { recursive: true }));

const calls = (): readonly string[] => readFileSync(join(home, 'calls'), 'utf8').trim().split('\n');

/**
 * A `python3` that notes how it was called, says a version, and makes "environments" whose python does `installing`.
 */
function python3(version: string, { making = 'true', installing = 'true' } = {}): void {
  const inside = `#!/bin/sh\\n${installing}\\n`;
  const script = `#!/bin/sh
echo "$*" >> "${home}/calls"
[ "$1" = --version ] && echo "Python ${version}" && exit 0
${making} || exit 1
/bin/mkdir -p "$3/bin" && printf '${inside}' > "$3/bin/python" && /bin/chmod +x "$3/bin/python"
`;
  writeFileSync(join(home, 'bin', 'python3'), script);
  chmodSync(join(home, 'bin', 'python3'), 0o755);
}

const make = (): Promise<string> => emulatorPython({ cache, env: { PATH: join(home, 'bin') } });

describe('the emulator’s Python', () => {
  it('is made once and found again', async () => {
    python3('3.11.7');
    const first = await make();
    expect(first).toMatch(/ministack-\d+\.\d+\.\d+-[0-9a-f]{8}\/bin\/python$/);
    expect(await make()).toBe(first);
    expect(calls().filter((call) => call.startsWith('-m venv'))).toHaveLength(1);
  });

  it('is made anew after an installation that was broken off', async () => {
    python3('3.11.7', { installing: 'echo no route to host >&2; exit 1' });
    await expect(make()).rejects.toMatchObject({
      name: 'PackagesNotInstalled',
      message: expect.stringContaining('no route to host') as string,
    });
    expect(readdirSync(cache)).toEqual([]);
    python3('3.11.7');
    expect(await make()).toContain(cache);
  });

  it('is missed by name when there is none', async () => {
    await expect(make()).rejects.toMatchObject({
      name: 'PythonMissing',
      message: expect.stringContaining('there is none on the PATH') as string,
    });
  });

  it('is missed by name when it is too old', async () => {
    python3('3.9.18');
    await expect(make()).rejects.toMatchObject({
      name: 'PythonMissing',
      message: expect.stringContaining('python3 is 3.9') as string,
    });
  });

  it('is told how to come by its venv module', async () => {
    python3('3.12.1', { making: 'false' });
    await expect(make()).rejects.toMatchObject({
      name: 'VenvMissing',
      message: expect.stringContaining('apt-get install python3-venv') as string,
    });
  });
});
