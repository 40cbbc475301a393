import { checkIn } from './check';
import { embeddedAws } from './embedded/embedded-aws';
import { TOPICS } from './topics';

describe.each(TOPICS)('the embedded AWS: $title', ({ expectations }) => {
  it.each(expectations)('$name', async (expectation) => {
    const { aws, world } = embeddedAws();
    await world.run(checkIn('embedded', expectation, aws));
  });
});
