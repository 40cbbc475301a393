import { DeployedApp } from '../../../lab/deployed/deployed-app';
import type { DeployedEndpoint } from '../../../lab/deployed/endpoint';
import { DeadlineMissed } from '../../../lab/deployed/errors';
import { explain } from '../../../lab/deployed/explain';

export interface Story {
  readonly app: DeployedApp;
  readonly endpoint: DeployedEndpoint;
}

export type Scene = (title: string, play: (story: Story) => Promise<void>, options?: SceneOptions) => void;

export interface SceneOptions {
  /** @default 400 */
  readonly withinSeconds?: number;
}

/** For what a failed scene still wants to read. */
const EXPLAIN_MS = 15_000;

/**
 * The scenes of one endpoint's story: tests that follow each other, so that after a failure the rest is not played. A
 * failure comes with all that the endpoint knows of itself: alias, lock, records and the executions' histories.
 */
export function storyOf(stack: string, endpointName: string): Scene {
  let failed: string | undefined;
  return (title, play, { withinSeconds = 400 } = {}) => {
    const test = async (): Promise<void> => {
      if (failed !== undefined) throw new Error(`not played, because this failed before it: ${failed}`);
      let story: Story | undefined;
      try {
        const app = await DeployedApp.find(stack);
        story = { app, endpoint: await app.endpoint(endpointName) };
        await inTime(play(story), withinSeconds);
      } catch (error) {
        failed = title;
        throw await explained(error, story);
      }
    };
    it(title, test, withinSeconds * 1000 + 2 * EXPLAIN_MS);
  };
}

/** Jest's own time limit would end a scene without a word of what had happened. */
async function inTime(played: Promise<void>, seconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineMissed(`the scene: not within ${seconds} s`)), seconds * 1000);
  });
  try {
    await Promise.race([played, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function explained(error: unknown, story: Story | undefined): Promise<unknown> {
  if (!(error instanceof Error) || story === undefined) return error;
  const message = `${error.message}\n\n${await explain(story.app, story.endpoint)}\n`;
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return Object.assign(new Error(message), {
    stack: [`${error.name}: ${message}`, ...frames].join('\n'),
  });
}
