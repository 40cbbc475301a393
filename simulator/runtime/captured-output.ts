/**
 * Takes over stdout and stderr of this process. The function returned gives the lines written since it was last called.
 */
export function captureOutput(): () => readonly string[] {
  let text = '';
  // The console writes through these streams as well.
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
      text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      const callback = typeof encoding === 'function' ? encoding : done;
      if (typeof callback === 'function') (callback as () => void)();
      return true;
    };
  }
  return () => {
    if (text === '') return [];
    const lines = text.split('\n').filter((line) => line !== '');
    text = '';
    return lines;
  };
}
