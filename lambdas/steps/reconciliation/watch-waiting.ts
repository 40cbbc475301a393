import type { Adapters } from '../../adapters/adapters';
import type { Lock } from '../../adapters/dynamodb/locks';
import { JUDGE } from '../../contract/decisions';
import { isoTime } from '../../domain/minutes';
import { lookAtCanary } from '../judgement/look';
import { patientEvidence } from '../judgement/read-baseline';
import { readAlarms } from '../judgement/veto';

type Needs = Pick<Adapters, 'alarms' | 'answers' | 'approvals' | 'clock' | 'evidence' | 'liveModels' | 'records'>;

/**
 * A canary that waits for a person keeps its share of the users, for as long as they may take. What the judge or an
 * alarm would have stopped is answered with no, before a person could say yes to numbers of hours ago. Each pass judges
 * all minutes afresh, as a look does, so that the false alarm rate is that of the whole rollout.
 */
export async function watchWaiting(ports: Needs, { endpoint, rolloutId }: Lock): Promise<string | undefined> {
  const { state } = (await ports.records.readRecord(endpoint, rolloutId)) ?? {};
  const { canary, green, phase } = state ?? {};
  if (state === undefined || canary === undefined || green?.version === undefined || phase !== 'canary')
    return undefined;
  const asked = await ports.approvals.readApproval(endpoint, rolloutId);
  if (asked === undefined || asked.answer !== undefined) return undefined;
  const { stops } = await readAlarms(ports, state);
  const evidence = patientEvidence(ports.evidence);
  const look =
    stops === undefined
      ? await lookAtCanary({ ...ports, evidence }, state, canary, green.version, false)
      : 'unavailable';
  const reason =
    stops ?? (look !== 'unavailable' && look.judgement.verdict === 'fail' ? look.judgement.reason : undefined);
  if (reason === undefined) return undefined;
  const no = { approved: false, by: JUDGE, reason };
  if ((await ports.answers.giveAnswer(asked.taskToken, no)) === 'too late') return undefined;
  await ports.approvals.noteAnswer(asked, { ...no, at: isoTime(ports.clock.now()) });
  return `rollout ${rolloutId} waited for an answer and was stopped: ${reason}`;
}
