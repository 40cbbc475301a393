import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { arch } from 'node:os';
import { delimiter, join } from 'node:path';
import { EMULATOR_ENV } from './credentials';
import { CdkFailed } from './errors';
import { BIN, OUT, PROJECT } from './paths';
import { lastLines, run } from '../tools/python/run';

export interface CdkOptions {
  /** An emulator's address. Without it the CLI goes where its own environment points: to AWS. */
  readonly endpointUrl?: string;
  /** Command that writes the cloud assembly, as in `cdk --app`. @default the one of cdk.json */
  readonly app?: string;
  /** @default Greenlight */
  readonly stack?: string;
  /** Context values, as in `cdk -c`; `architecture` is this machine's against an emulator unless it is given. */
  readonly context?: Readonly<Record<string, string>>;
  /** Variables of the environment, for the CLI and the app. */
  readonly env?: Readonly<Record<string, string>>;
  /** Directory for the assembly, outputs and log. @default out/e2e */
  readonly out?: string;
}

export interface CdkDiff {
  /** False: what is deployed is what the app says. */
  readonly differs: boolean;
  readonly text: string;
}

/** The CDK CLI of the npm packages, run as a person would. All that it says is in `<out>/cdk.log`. */
export class Cdk {
  private readonly stack: string;
  private readonly out: string;

  constructor(private readonly options: CdkOptions) {
    this.stack = options.stack ?? 'Greenlight';
    this.out = options.out ?? OUT;
    mkdirSync(this.out, { recursive: true });
  }

  /** @throws {CdkFailed} */
  async bootstrap(): Promise<void> {
    await this.must(['bootstrap']);
  }

  /** Deploys and answers the stack's outputs by name. @throws {CdkFailed} */
  async deploy(): Promise<Readonly<Record<string, string>>> {
    const file = join(this.out, 'outputs.json');
    rmSync(file, { force: true });
    await this.must(['deploy', this.stack, '--require-approval', 'never', '--outputs-file', file]);
    const outputs = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
    return outputs[this.stack] ?? {};
  }

  /** Compares the app with what is deployed. @throws {CdkFailed} when it cannot compare. */
  async diff(): Promise<CdkDiff> {
    const { code, text } = await this.cli(['diff', this.stack, '--fail']);
    // Both "there are differences" and "I failed" are code 1; only the first one counts the stacks that differ.
    if (code !== 0 && !/Number of stacks with differences: [1-9]/.test(text)) throw failed('diff', code, text);
    return { differs: code !== 0, text };
  }

  /** @throws {CdkFailed} */
  async destroy(): Promise<void> {
    await this.must(['destroy', this.stack, '--force']);
  }

  private async must(args: readonly string[]): Promise<void> {
    const { code, text } = await this.cli(args);
    if (code !== 0) throw failed(args[0]!, code, text);
  }

  private cli([command, ...args]: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
    const { app, endpointUrl } = this.options;
    const context = { ...(endpointUrl !== undefined && { architecture: machine() }), ...this.options.context };
    return run(
      join(BIN, 'cdk'),
      [
        command!,
        ...args,
        ...['--output', join(this.out, 'cdk.out'), '--ci', '--no-color', '--no-notices'],
        ...(app === undefined ? [] : ['--app', app]),
        ...Object.entries(context).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
      ],
      { env: this.environment(), cwd: PROJECT, logFile: join(this.out, 'cdk.log') },
    );
  }

  /** Against an emulator no variable of the machine's AWS configuration is left that could lead elsewhere. */
  private environment(): NodeJS.ProcessEnv {
    const { endpointUrl, env } = this.options;
    const PATH = [BIN, process.env.PATH ?? ''].join(delimiter);
    if (endpointUrl === undefined) return { ...process.env, PATH, ...env };
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
    return { ...Object.fromEntries(inherited), ...EMULATOR_ENV, AWS_ENDPOINT_URL: endpointUrl, PATH, ...env };
  }
}

/** The architecture on which an emulator's functions run: this machine's. */
const machine = (): string => (arch() === 'arm64' ? 'arm64' : 'x86_64');

const failed = (command: string, code: number, text: string): CdkFailed =>
  new CdkFailed(`cdk ${command} ended with code ${code}. Its last lines:\n${lastLines(text, 30)}`);
