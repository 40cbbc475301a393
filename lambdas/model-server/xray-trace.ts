import { Tracer } from '@aws-lambda-powertools/tracer';
import type { TraceCall } from './server-log';

/**
 * X-Ray subsegments. Does nothing away from Lambda or for a request that is not sampled. While the function starts
 * there is no segment to add to (Lambda records the init phase itself), so a load shows in the request that waited for
 * it.
 */
export function xrayTrace(serviceName: string): TraceCall {
  const tracer = new Tracer({ serviceName, captureHTTPsRequests: false });
  return async (name, work) => {
    const parent = tracer.isTracingEnabled() && tracer.isTraceSampled() ? tracer.getSegment() : undefined;
    if (!parent) return work();
    const part = parent.addNewSubsegment(`## ${name}`);
    tracer.setSegment(part);
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error) tracer.addErrorAsMetadata(error);
      throw error;
    } finally {
      part.close();
      tracer.setSegment(parent);
    }
  };
}
