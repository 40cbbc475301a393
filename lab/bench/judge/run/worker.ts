/** A worker process of the benchmark: does the chunks it is sent, until the sender hangs up. */
import { ENTRIES } from '../judges/all';
import { runChunk } from './chunk';
import type { ChunkReply, ChunkRequest } from './pool';

process.on('message', ({ chunk, seed }: ChunkRequest) => process.send?.(answer(chunk, seed)));

function answer(chunk: ChunkRequest['chunk'], seed: number): ChunkReply {
  try {
    return { result: runChunk(chunk, ENTRIES, seed) };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
