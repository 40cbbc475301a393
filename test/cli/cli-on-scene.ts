import { portsOfPerson } from '../../simulator/app/save-recording';
import type { Envelope } from '../../cli/envelope';
import { runCli } from '../../cli/run-cli';
import type { Surroundings } from '../../cli/surroundings';
import type { Scene } from '../scenarios/harness';

export interface Ran {
  readonly code: number;
  /** Standard output and standard error. */
  readonly out: string;
  readonly err: string;
}

/** What the CLI runs in when a person named Ada types in the world of a scene; a pipe unless `more` says otherwise. */
export function surroundingsOn(scene: Scene, written: { out: string; err: string }, more: Partial<Surroundings> = {}) {
  const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
  return {
    out: (text: string) => void (written.out += `${text}\n`),
    err: (text: string) => void (written.err += `${text}\n`),
    env: {},
    isTerminal: false,
    errIsTerminal: false,
    columns: 80,
    rows: 50,
    clock: scene.world.clock,
    user: 'ada',
    findApp: async () => ({ ports, context: undefined, recording: undefined }),
    findAccount: () => Promise.reject(new Error('this test has no account')),
    onInterrupt: () => undefined,
    openFile: async () => undefined,
    ask: undefined,
    ...more,
  };
}

/** Types a command, and lets the world's time pass until it has answered. */
export async function greenlight(scene: Scene, argv: string, more: Partial<Surroundings> = {}): Promise<Ran> {
  const written = { out: '', err: '' };
  const code = await scene.world.run(runCli(wordsOf(argv), surroundingsOn(scene, written, more)));
  return { code, ...written };
}

/** The same with `--json`: what was written is one object on one line. */
export async function greenlightJson<T = unknown>(
  scene: Scene,
  argv: string,
): Promise<Envelope & { readonly result: T }> {
  const { code, out, err } = await greenlight(scene, `${argv} --json`);
  expect([out.trim().split('\n').length, err]).toEqual([1, '']);
  const answer = JSON.parse(out) as Envelope & { readonly result: T };
  expect(answer.exitCode).toBe(code);
  return answer;
}

/** As a shell would, for what tests need: spaces, and single quotes around text with spaces. */
const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
