/** SNS takes fewer than 100 characters of ASCII, on one line, that begin with a letter, digit or punctuation. */
const MAX_SUBJECT = 99;

const PLAIN: Readonly<Record<string, string>> = {
  '→': '->',
  '–': '-',
  '—': '-',
  '−': '-',
  '…': '...',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '≥': '>=',
  '≤': '<=',
  '×': 'x',
};

/** A subject that SNS accepts, and as readable as ASCII allows: accents go, what is left over becomes a question mark. */
export function plainSubject(subject: string): string {
  const ascii = subject
    .replace(/[→–—−…“”‘’≥≤×]/g, (character) => PLAIN[character] ?? '?')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .trim();
  return ascii.slice(0, MAX_SUBJECT).trim() || 'Greenlight';
}
