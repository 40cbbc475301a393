import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Chunk, ChunkResult } from './chunk';

/** What a worker is asked, and what it answers. */
export interface ChunkRequest {
  readonly chunk: Chunk;
  readonly seed: number;
}
export type ChunkReply = { readonly result: ChunkResult } | { readonly failure: string };

export interface Pool {
  readonly lanes: readonly ((chunk: Chunk) => Promise<ChunkResult>)[];
  readonly close: () => void;
}

/** Processes of this program, one a lane; they inherit tsx. Each does one chunk at a time. */
export function openPool(size: number, seed: number): Pool {
  const workers = Array.from({ length: size }, () => fork(join(__dirname, 'worker.ts')));
  return {
    lanes: workers.map((worker) => (chunk) => ask(worker, { chunk, seed })),
    close: () => workers.forEach((worker) => worker.disconnect()),
  };
}

function ask(worker: ChildProcess, request: ChunkRequest): Promise<ChunkResult> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('a worker of the benchmark ended early'));
    worker.once('exit', ended);
    worker.once('message', (answer: ChunkReply) => {
      worker.off('exit', ended);
      if ('result' in answer) resolve(answer.result);
      else reject(new Error(answer.failure));
    });
    worker.send(request);
  });
}
