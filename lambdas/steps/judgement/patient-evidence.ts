import { isRolloutError } from '../../contract/errors';
import type { EvidenceSource } from '../../adapters/cloudwatch/evidence';

export interface PatientEvidence extends EvidenceSource {
  /** Why the last reading failed, for people; empty when none did. */
  whyUnavailable(): string;
}

/**
 * A reading that fails altogether is as good as one that is incomplete: this look knows nothing, the next one may. Without
 * this, a throttle of half a minute would end a rollout, and under the name of AWS's error.
 */
export function patientEvidence(evidence: EvidenceSource): PatientEvidence {
  let why = '';
  const orUnavailable = async <Reading>(read: Promise<Reading>): Promise<Reading | 'unavailable'> => {
    try {
      return await read;
    } catch (error) {
      if (isRolloutError(error)) throw error;
      why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return 'unavailable';
    }
  };
  return {
    fetchBaseline: (query) => orUnavailable(evidence.fetchBaseline(query)),
    fetchMinutes: (query) => orUnavailable(evidence.fetchMinutes(query)),
    fetchRequests: (...query) => orUnavailable(evidence.fetchRequests(...query)),
    whyUnavailable: () => why,
  };
}
