/** Where the demo writes. */
export interface Screen {
  /** A line that stays. */
  readonly line: (text: string) => void;
  /** What is going on right now; `step` changes when something new has begun. */
  readonly progress: (text: string, step: string) => void;
  /** Of the terminal now; without end where lines go to a file. */
  readonly columns: number;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
}

interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * A terminal gets one line that is written over; anything else a plain line for each new step, without control
 * characters.
 */
export function screenOn(output: Terminal, environment: Readonly<Record<string, string | undefined>>): Screen {
  const live = output.isTTY === true && environment['TERM'] !== 'dumb';
  const noColour = environment['NO_COLOR'];
  const colours = live && (noColour === undefined || noColour === '');
  const paint = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    ...{ good: paint(32), bad: paint(31), faint: paint(2) },
    get columns() {
      return live ? (output.columns ?? 80) : Infinity;
    },
    ...(live ? overwriting(output) : plain(output)),
  };
}

type Writing = Pick<Screen, 'line' | 'progress'>;

function overwriting(output: Terminal): Writing {
  const back = '\r\u001b[K';
  return {
    line: (text) => void output.write(`${back}${text}\n`),
    // One column less than there are: a full line would wrap and could not be written over.
    progress: (text) => void output.write(`${back}${`    ${text}`.slice(0, (output.columns ?? 80) - 1)}`),
  };
}

function plain(output: Terminal): Writing {
  let last = '';
  return {
    line: (text) => void output.write(`${text}\n`),
    progress: (text, step) => {
      if (step === last) return;
      last = step;
      output.write(`    ${text}\n`);
    },
  };
}
