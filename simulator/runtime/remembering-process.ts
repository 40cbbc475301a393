/*
 * The same process, of which each session computes the answer to a request once, where that takes long: a minute of
 * traffic repeats its few hundred requests thousands of times, and a model of half a second would take hours.
 */
import './model-process';
import { InferenceSession } from 'onnxruntime-node';
import { remembered, roomFor } from './remembered';

/** Of all answers that are kept, of every session of this process. */
const room = roomFor(512 * 1024 * 1024);

const create = InferenceSession.create.bind(InferenceSession);
Object.assign(InferenceSession, {
  create: async (...given: Parameters<typeof create>): Promise<InferenceSession> => {
    const session = await create(...given);
    return Object.assign(session, { run: remembered(session.run.bind(session), room) });
  },
});
