import { EMULATOR_ENV } from './credentials';
import { startEmulator } from './start';

const HELP = `npm run emulator [-- --wait-scale FACTOR] [--port PORT]

Starts an AWS emulator on this machine, says how to talk to it, and runs until it is interrupted.
See docs/guides/emulator.md.

  --wait-scale FACTOR   factor on the waits of state machines, above 0 and at most 1; the default is 1
  --port PORT           port of the gateway in front of the emulator; the default is a free one
`;

/** Above 0 and at most the limit; undefined when the option is not there. */
function numberAfter(option: string, args: readonly string[], most: number): number | undefined {
  const at = args.indexOf(option);
  if (at < 0) return undefined;
  const value = Number(args[at + 1]);
  if (value > 0 && value <= most) return value;
  throw new Error(`${option}: must be a number above 0 and at most ${most}; got ${args[at + 1] ?? 'nothing'}`);
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) return void process.stdout.write(HELP);
  const waitScale = numberAfter('--wait-scale', args, 1);
  const gatewayPort = numberAfter('--port', args, 65_535);
  const emulator = await startEmulator({ ...(waitScale && { waitScale }), ...(gatewayPort && { gatewayPort }) });
  const lines = [
    `${emulator.name} is ready.`,
    `supplied to it: ${emulator.supplied.join(', ') || 'nothing'}`,
    `missing: ${emulator.missing.join(', ') || 'nothing'}`,
    ...(emulator.logFile === undefined ? [] : [`log: ${emulator.logFile}`]),
    '',
    ...Object.entries({ ...EMULATOR_ENV, AWS_ENDPOINT_URL: emulator.endpointUrl }).map(
      ([name, value]) => `export ${name}=${value}`,
    ),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => void emulator.stop().then(() => process.exit(0)));
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exitCode = 1;
});
