/** Text that is not JSON stays text, which the schema that follows then refuses. */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
