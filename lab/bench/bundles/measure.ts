import { join } from 'node:path';
import { type DeployedBundle, bytesIn } from '../../../tools/bundles/deployed-bundles';
import { type StartUp, emptyStartUp, startUp } from '../../../tools/bundles/run-bundle';

export interface BundleRow extends Pick<DeployedBundle, 'name' | 'platform'> {
  readonly entryBytes: number;
  /** Everything that is uploaded, unzipped. */
  readonly allBytes: number;
  /**
   * Multiples of an empty process' time by the clock, one per round, in order of size; none where it cannot run here.
   */
  readonly elapsed: readonly number[];
  /** The same of the processor's time. */
  readonly processor: readonly number[];
}

/**
 * Sizes and start-up times. Each start is measured right after one of an empty process: what else the machine does at
 * that time slows both down.
 */
export async function measure(
  bundles: readonly DeployedBundle[],
  rounds: number,
  progress: (done: number) => void = () => {},
): Promise<readonly BundleRow[]> {
  const ratios = new Map<DeployedBundle, StartUp[]>(bundles.map((bundle) => [bundle, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [bundle, measured] of ratios) {
      if (!runsHere(bundle)) continue;
      const empty = await emptyStartUp();
      const { elapsed, processor } = await startUp(bundle);
      measured.push({ elapsed: elapsed / empty.elapsed, processor: processor / empty.processor });
    }
    progress((round + 1) / rounds);
  }
  return [...ratios].map(([bundle, measured]) => ({
    name: bundle.name,
    platform: bundle.platform,
    entryBytes: bytesIn(join(bundle.directory, bundle.code)),
    allBytes: bytesIn(bundle.directory),
    elapsed: inOrder(measured.map(({ elapsed }) => elapsed)),
    processor: inOrder(measured.map(({ processor }) => processor)),
  }));
}

const inOrder = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b);

/** Native code runs on its own kind of processor only. */
export const runsHere = ({ platform }: Pick<DeployedBundle, 'platform'>): boolean =>
  platform === 'any' || platform === process.arch;
