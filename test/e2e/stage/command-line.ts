import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Envelope } from '../../../cli/envelope';
import { PROJECT } from '../../../emulator/paths';
import { waitUntil } from '../../../lab/deployed/wait-until';
import { STACKS } from '../app/stacks';

const BINARY = join(PROJECT, 'cli', 'greenlight.mjs');

export interface Typed {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that was typed and runs. */
export interface Typing {
  /** What it has written so far. */
  readonly written: () => Pick<Typed, 'out' | 'err'>;
  readonly interrupt: () => void;
  readonly ended: Promise<Typed>;
}

/** `npx greenlight …` as a process of its own, against the app that the emulator holds. */
export function typing(...argv: readonly string[]): Typing {
  const env = { ...process.env, GREENLIGHT_STACK: STACKS.several, GREENLIGHT_BY: 'ada' };
  const child = spawn(process.execPath, [BINARY, ...argv], { env, cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (written.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (written.err += text));
  return {
    written: () => written,
    interrupt: () => void child.kill('SIGINT'),
    ended: new Promise((resolve, reject) => {
      child.once('error', reject).once('close', (code) => resolve({ code, ...written }));
    }),
  };
}

/** Types a command and waits for its end. */
export const typed = (...argv: readonly string[]): Promise<Typed> => typing(...argv).ended;

/** The same with `--json`: its envelope, after everything that the page promises of all envelopes was checked. */
export async function typedJson<T>(...argv: readonly string[]): Promise<Envelope & { readonly result: T }> {
  const { code, out, err } = await typed(...argv, '--json');
  expect({ err, lines: out.trimEnd().split('\n').length }).toEqual({ err: '', lines: 1 });
  const answer = JSON.parse(out) as Envelope & { readonly result: T };
  expect(answer).toMatchObject({ version: 1, command: argv[0], exitCode: code });
  expect([answer.result === null, answer.error === null].filter(Boolean)).toHaveLength(1);
  return answer;
}

/** A button of the page of `greenlight ui`, pressed as a browser does, and what the page then says. */
export async function pressed(endpoint: string, button: string, by: string): Promise<string> {
  const ui = typing('ui', endpoint, '--no-open');
  try {
    const address = await waitUntil('the address of the page', async () => /http:\S+/.exec(ui.written().out)?.[0], {
      withinMs: 120_000,
    });
    const path = (name: string) => new URL(name, address);
    const { parts } = (await (await fetch(path(`parts?endpoint=${endpoint}`))).json()) as {
      parts: { rollout: string };
    };
    const found = parts.rollout.split('<button ').find((one) => one.includes(`>${button}</button`));
    const [, payload] = /<cwdb-action [^]*?>([^<]*)<\/cwdb-action/.exec(found ?? '') ?? [];
    if (payload === undefined) throw new Error(`the page has no button ${button}: ${parts.rollout}`);
    const operation = JSON.parse(payload.replaceAll('&quot;', '"').replaceAll('&#39;', "'")) as object;
    const widgetContext = { theme: 'light', forms: { all: { by, reason: 'on the page' } } };
    const answer = await fetch(path('act'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...operation, widgetContext }),
    });
    expect(answer.status).toBe(200);
    return await answer.text();
  } finally {
    ui.interrupt();
    await ui.ended;
  }
}
