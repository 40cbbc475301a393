/** Tells on standard error how far it is: one line that is written over on a terminal, a line per quarter elsewhere. */
export function progressOn(stream: NodeJS.WriteStream, command: string): (done: number) => void {
  let told = 0;
  return (done) => {
    const percent = Math.floor(100 * done);
    const line = `${command}: ${percent} % simulated`;
    if (stream.isTTY) stream.write(done >= 1 ? '\r\u001b[K' : `\r${line}`);
    else if (percent >= told + 25) {
      told = percent - (percent % 25);
      stream.write(`${line}\n`);
    }
  };
}
