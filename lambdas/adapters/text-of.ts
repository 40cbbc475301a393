/** A stream's text, of at most `maxBytes`. Leaving the loop early closes the stream. */
export async function textOf(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ readonly text: string } | 'too-large'> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return 'too-large';
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8') };
}
