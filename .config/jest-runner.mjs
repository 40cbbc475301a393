import { createRunner } from 'jest-light-runner';

/**
 * jest-light-runner 0.7.13 and 0.8.2 tell all workers what they are to run when the first one asks. One that asks later,
 * as on a busy machine, then gets no answer and waits for ever. Here each worker has a channel of its own.
 */
export default class Runner extends createRunner({ runtime: 'child_process' }) {
  constructor(...given) {
    super(...given);
    const runners = this._testRunners;
    const keep = runners.set.bind(runners);
    runners.set = (projectConfig, one) => {
      if (this._runtime !== 'child_process') return keep(projectConfig, one);
      const workerData = { globalConfig: this._globalConfig, projectConfig, runtime: this._runtime };
      return keep(projectConfig, {
        ...one,
        run: (test) => one.pool.run(test.path, { channel: channelOf(workerData) }),
      });
    };
  }
}

function channelOf(workerData) {
  let send = () => undefined;
  return {
    onMessage: (listener) => (send = listener),
    postMessage: (message) => {
      if (message === 'jest-light-runner-get-worker-data') send({ type: 'jest-light-runner-worker-data', workerData });
    },
  };
}
