import type { EventOf, JudgementNumbers } from '../../contract/transition-event';
import { parseModelAddress } from '../../domain/rollout';
import { certainty, count, percent, some } from '../../domain/numbers';

type Served = EventOf<'green-deployed'>['green'];

/** "v2.onnx" of s3://bucket/models/digits/v2.onnx?versionId=…. */
export const fileOf = (address: string): string =>
  (parseModelAddress(address)?.key ?? address).split('/').at(-1) || address;

/** "version 7", the file where there is no version, the rollout where there is no file. */
export const shortName = (served: Served | undefined, rolloutId: string): string =>
  served?.version !== undefined
    ? `version ${served.version}`
    : served?.model !== undefined
      ? fileOf(served.model)
      : rolloutId;

/** "version 7 (v7.onnx)". */
export function longName(served: Served | undefined, rolloutId: string): string {
  const short = shortName(served, rolloutId);
  return served?.version === undefined || served.model === undefined ? short : `${short} (${fileOf(served.model)})`;
}

/** "2026-11-23 09:21 UTC", the one form of times in notices; a text that is no time stays as it is. */
export const utcMinute = (iso: string): string =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 16).replace('T', ' ')} UTC` : iso;

/** One word of a shell, whatever is in it: a key from outside must not bring a command of its own. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** "models/digits/v3.onnx (version id …)". */
export const uploadName = ({ key, versionId }: EventOf<'upload-waiting'>['upload']): string =>
  `${key} (version id ${versionId})`;

type Gate = NonNullable<JudgementNumbers['gate']>;

const share = ({ events, requests }: Gate['blue']): string =>
  requests === 0 ? 'no requests' : percent(events / requests);
const outOf = (arm: Gate['blue']): string =>
  arm.requests === 0 ? share(arm) : `${share(arm)} (${count(arm.events)} of ${count(arm.requests)})`;

/** "errors 3.9 % (blue 0 %)". */
export const shortNumber = ({ name, green, blue }: Gate): string => `${name} ${share(green)} (blue ${share(blue)})`;

/** "failed requests: green 3.9 % (6 of 154), blue 0 % (0 of 445); worse with certainty 99.8 %, stopped from 99 %". */
export const longNumber = ({ counts, green, blue, evidence: found, limit }: Gate): string =>
  `${counts}: green ${outOf(green)}, blue ${outOf(blue)}; worse with certainty ${certainty(found)}, stopped from ${certainty(limit)}`;

/** "154 green and 445 blue requests in 4 minutes". */
export const judgedInWords = ({ greenRequests, blueRequests, minutes }: JudgementNumbers): string =>
  `${count(greenRequests)} green and ${count(blueRequests)} blue requests in ${some(minutes, 'minute')}`;

/** The first statement of a cause, for a subject: "golden set: accuracy 60.8 %". */
export const firstOf = (cause: string): string => cause.split(/ \(|; |, /)[0] ?? cause;
