import { type Emulator, startEmulator } from '../../emulator/start';
import { checkIn } from './check';
import type { Place } from './differences';
import { emulatorAws } from './emulator/emulator-aws';
import { TOPICS } from './topics';

/** A MiniStack that was started without our launcher and gateway: then it is the one that is checked. */
const BARE_URL = process.env.CONFORMANCE_BARE_URL;
/** No check waits longer than this for anything. */
const LONGEST_MS = 60_000;

let emulator: Emulator | undefined;
let endpoint: string;
/** The table of differences tells of MiniStack; any other emulator is held to every expectation. */
let place: Place | undefined;

beforeAll(async () => {
  const given = BARE_URL ?? process.env.AWS_ENDPOINT_URL;
  if (given === undefined) emulator = await startEmulator();
  endpoint = given ?? emulator!.endpointUrl;
  if (await isMiniStack(endpoint)) place = BARE_URL === undefined ? 'gateway' : 'MiniStack';
}, 300_000);
afterAll(() => emulator?.stop(), 30_000);

const isMiniStack = async (url: string): Promise<boolean> => (await fetch(`${url}/_ministack/ready`)).ok;

describe.each(TOPICS)('the emulator: $title', ({ expectations }) => {
  // Most of a check is waiting, so that some go on at once.
  it.concurrent.each(expectations)(
    '$name',
    async (expectation) => {
      const emulated = emulatorAws(endpoint);
      const { aws } = emulated;
      try {
        await (place === undefined ? expectation.check(aws) : checkIn(place, expectation, aws));
        await emulated.cleanUp();
      } finally {
        emulated.destroy();
      }
    },
    LONGEST_MS,
  );
});
