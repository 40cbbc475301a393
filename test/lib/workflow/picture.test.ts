import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statePage, statePicture } from '../../../tools/docs/state-machine-picture';
import { STATES } from '../../../lambdas/domain/workflow';

const docs = join(__dirname, '..', '..', '..', 'docs', 'reference');

describe('the picture of the state machine', () => {
  it('shows the definition as it is deployed; else run npm run docs:picture', async () => {
    expect(readFileSync(join(docs, 'state-machine.svg'), 'utf8')).toBe(await statePicture());
    expect(readFileSync(join(docs, 'state-machine.md'), 'utf8')).toBe(statePage());
  });

  it('has every state', async () => {
    const svg = await statePicture();
    for (const id of Object.values(STATES)) expect(svg).toContain(`>${id}</text>`);
  });
});
