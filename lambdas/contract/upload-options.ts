import * as z from 'zod';
import { type Strategy, isAtLeastAsCareful, strategyInWords, strategySteps } from '../domain/strategy';
import { InvalidUpload } from './errors';
import { onOneLine, quoted, isWellFormed, inOneMessage, problems } from './problems';
import { parseStrategyText } from './strategy';
import type { EndpointSettings } from './endpoint-settings';

/** Options that ride on the object as user metadata; what is no option, and not close to one, is the uploader's own. */
const OPTIONS = ['sha256', 'strategy', 'reason', 'dryrun'] as const;
type Option = (typeof OPTIONS)[number];

const MAX_REASON = 1000;

export interface UploadOptions {
  readonly strategy?: Strategy;
  readonly reason?: string;
  readonly dryRun: boolean;
}

/**
 * The options on an object. The hash is compared where the bytes are read.
 * @param metadata names in lower case, as S3 keeps them, values decoded
 * @throws InvalidUpload for a value that is none, and for a name that is close to an option: it would be ignored in
 *   silence
 */
export function uploadOptions(metadata: Readonly<Record<string, string>>, key: string): UploadOptions {
  for (const name of Object.keys(metadata)) {
    const meant = optionMeantBy(name);
    if (meant !== undefined && meant !== name)
      throw new InvalidUpload(
        `${key}: metadata ${quoted(name)} is no option, and close to one: write "${meant}", or another name`,
      );
  }
  if (metadata['sha256']?.trim() === '')
    throw new InvalidUpload(`${key}: metadata sha256: is empty; it must be the hash of the bytes, hex or base64`);
  const strategy = strategyOf(metadata['strategy'], key);
  const reason = reasonOf(metadata['reason']);
  return {
    ...(strategy !== undefined && { strategy }),
    ...(reason !== undefined && { reason }),
    dryRun: dryRunOf(metadata['dryrun'], key),
  };
}

/** Cut, and without the half of a character that a cut may leave. */
const reasonOf = (text: string | undefined): string | undefined =>
  text &&
  onOneLine(text)
    .slice(0, MAX_REASON)
    .replace(/\p{Cs}$/u, '');

function strategyOf(text: string | undefined, key: string): Strategy | undefined {
  if (text === undefined) return undefined;
  try {
    return parseStrategyText(text);
  } catch (error) {
    const why =
      error instanceof z.ZodError ? inOneMessage(problems(error, 'strategy')) : `strategy: is no JSON: ${quoted(text)}`;
    throw new InvalidUpload(`${key}: metadata ${why}`);
  }
}

function dryRunOf(text: string | undefined, key: string): boolean {
  const value = text?.trim().toLowerCase();
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw new InvalidUpload(`${key}: metadata dryrun: must be true or false; got ${quoted(text)}`);
}

/** Headers whose prefix was written twice, and a prefix that looks like ours. */
const PREFIX = /^(x-amz-meta-|x-amz-|amz-meta-|meta-|greenlight[-_.]?)+/;

/**
 * The option that a name is, or is close to: written with hyphens, dots or underscores, with a prefix, in part, or
 * misspelt. A word with another first letter is another word: `season` is no `reason`.
 */
function optionMeantBy(name: string): Option | undefined {
  const exact = OPTIONS.find((option) => option === name);
  if (exact) return exact;
  const plain = name
    .toLowerCase()
    .replace(PREFIX, '')
    .replace(/[^a-z0-9]/g, '');
  if (plain === 'dry' || plain.startsWith('dryrun')) return 'dryrun';
  if (plain.startsWith('sha256')) return 'sha256';
  if (plain.startsWith('strateg')) return 'strategy';
  return OPTIONS.find(
    (option) => plain[0] === option[0] && distance(plain, option) <= (option.length >= MANY_LETTERS ? 2 : 1),
  );
}

const MANY_LETTERS = 8;

/** Letters added, left out, changed, or swapped with their neighbour, between two words; stops at 3. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return 3;
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const above = rows[i - 1]!;
      const changed = one[i - 1] === other[j - 1] ? 0 : 1;
      const swapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swap = swapped ? (rows[i - 2]?.[j - 2] ?? Infinity) + 1 : Infinity;
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + changed, swap));
    }
    rows.push(row);
  }
  return rows[one.length]![other.length]!;
}

const text = (limits: z.ZodString) =>
  limits.refine(isWellFormed, 'must be whole Unicode, without half a surrogate pair');

/**
 * S3's `Object Created` event on EventBridge. The key is not URL-encoded there (in S3's classic notifications it is).
 * Only what is used is parsed; a missing version id is answered, not a parse error.
 */
export const uploadEventSchema = z.object({
  time: z.string().optional(),
  detail: z.object({
    bucket: z.object({ name: text(z.string().min(1).max(63)) }),
    object: z.object({
      key: text(z.string().min(1).max(1024)),
      'version-id': text(z.string().min(1).max(1024)).optional(),
      size: z.number().optional().catch(undefined),
      /** Hex; orders the events of one key. One that is none is as good as missing. */
      sequencer: z
        .string()
        .regex(/^[0-9a-fA-F]{1,64}$/)
        .optional()
        .catch(undefined),
    }),
  }),
});

/**
 * Why an upload may not choose a strategy; undefined when it may. Who uploads need not be who decides how much users
 * are exposed: the endpoint's own strategy is the limit, unless its settings say otherwise.
 */
export function whyNotAllowed(
  { uploadsMayChoose, strategy: own }: Pick<EndpointSettings, 'uploadsMayChoose' | 'strategy'>,
  strategy: Strategy,
): string | undefined {
  const [chosen, allowed] = [strategySteps(strategy), strategySteps(own)];
  const isOwn = JSON.stringify(chosen) === JSON.stringify(allowed);
  switch (uploadsMayChoose) {
    case 'anything':
      return undefined;
    case 'nothing':
      return isOwn
        ? undefined
        : `${strategyInWords(strategy)} is not allowed: uploadsMayChoose is "nothing", which leaves the endpoint's ` +
            `own, ${strategyInWords(own)}`;
    case 'as-careful':
      return isOwn || isAtLeastAsCareful(chosen, allowed)
        ? undefined
        : `${strategyInWords(strategy)} is not allowed: less careful than the endpoint's own, ` +
            `${strategyInWords(own)}; with uploadsMayChoose "as-careful" no weight may be larger than the own one at ` +
            'that minute, or its last one, and no bake shorter in all';
  }
}
