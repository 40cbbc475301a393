import { CELLS, runsOf } from '../cells/all';
import type { Cell } from '../cells/cell';
import type { Chunk, ChunkResult, SimulatedOutcome } from './chunk';
import { type BenchSummary, summarize } from './summary';

/** What came out of one cell, by judge's name. */
export interface CellResult {
  readonly cell: Cell;
  readonly judges: Readonly<Record<string, BenchSummary>>;
}

/** Runs of a cell that one worker takes at a time: enough to outweigh the message, few enough to share out evenly. */
const CHUNK_RUNS = 20;

/**
 * Runs every cell, split over `perform`, which may work on `lanes` chunks at once. Chunks are put back in their order,
 * so the result is the same however many lanes there are.
 * @param progress called after each chunk with the part done, 0 to 1
 */
export async function runCells(
  size: 'full' | 'quick',
  lanes: readonly ((chunk: Chunk) => Promise<ChunkResult>)[],
  progress: (done: number) => void = () => undefined,
  cells: readonly Cell[] = CELLS,
): Promise<readonly CellResult[]> {
  const chunks = cells.flatMap((cell, index) => chunksOf(index, runsOf(cell.suite, size)));
  const results: ChunkResult[] = new Array<ChunkResult>(chunks.length);
  let [next, done] = [0, 0];
  const work = async (perform: (chunk: Chunk) => Promise<ChunkResult>): Promise<void> => {
    for (let at = next++; at < chunks.length; at = next++) {
      const chunk = chunks[at];
      if (chunk === undefined) return;
      results[at] = await perform(chunk);
      progress(++done / chunks.length);
    }
  };
  await Promise.all(lanes.map(work));
  return cells.map((cell, index) => ({
    cell,
    judges: joined(
      results.filter((_, at) => chunks[at]?.cell === index),
      cell.setting.onset,
    ),
  }));
}

function chunksOf(cell: number, runs: number): readonly Chunk[] {
  return Array.from({ length: Math.ceil(runs / CHUNK_RUNS) }, (_, index) => ({
    cell,
    from: index * CHUNK_RUNS,
    to: Math.min(runs, (index + 1) * CHUNK_RUNS),
  }));
}

function joined(results: readonly ChunkResult[], onset: number): Readonly<Record<string, BenchSummary>> {
  const all: Record<string, SimulatedOutcome[]> = {};
  for (const result of results)
    for (const [name, outcomes] of Object.entries(result)) (all[name] ??= []).push(...outcomes);
  return Object.fromEntries(Object.entries(all).map(([name, outcomes]) => [name, summarize(outcomes, onset)]));
}
