/** What the schemas cannot say: a sentence for each setting, key, outcome and error. `npm run docs` fails without. */

export interface SettingWords {
  readonly meaning: string;
  /** Where the schema says the limit in too many words. */
  readonly limit?: string;
}

export interface SettingGroup {
  readonly title: string;
  readonly intro: string;
  readonly settings: Readonly<Record<string, SettingWords>>;
}

export const SETTING_GROUPS: readonly SettingGroup[] = [
  {
    title: 'Serving',
    intro: '',
    settings: {
      name: {
        meaning: 'The endpoint: in `models/<name>/`, in execution names, in metrics',
        limit: '1 to 31 of `a-z0-9-`, a letter first',
      },
      suffix: { meaning: 'What the key of a model ends in', limit: '`.` and 1 to 20 letters, digits, `._-`' },
      memoryMB: { meaning: 'Memory of the function; the CPU grows with it' },
      timeoutSeconds: { meaning: 'Time limit of one request' },
      maxModelMB: {
        meaning: 'Largest model accepted; 2.2 times this and 150 MB must fit into `memoryMB`. ONNX has 2047 at most',
      },
      provisionedConcurrency: {
        meaning: 'Environments kept warm for the live version, and for green during its canary',
      },
      task: {
        meaning:
          'What the model answers; decided from the [golden set](../guides/golden-sets.md#the-task) where it is not set',
      },
      measures: {
        meaning:
          'Numbers of an answer that are compared [beside what the task says](../guides/measures.md): `name`, `output`, and `value`, the index in its row (default 0) or `first`, `mean`, `last`, `largest`, `norm`. Each is a custom metric of every version',
        limit: 'at most 10',
      },
      predictionOutput: {
        meaning:
          'The output that is the prediction. By default [found by type and shape](../guides/model-server.md#the-prediction)',
        limit: '1 to 256 characters',
      },
      classNames: {
        meaning:
          'Class names in the order of their index; needed for labels that are text and that neither the model nor the golden set lists. Up to 200 are judged one by one, more in ranges of neighbours',
        limit: '2 to 1,000 names',
      },
      nonFinite: {
        meaning:
          'Whether infinities, or NaN too, are an answer or a [failure of the model](inference.md#whose-mistake-it-is)',
      },
      'replay.mode': {
        meaning:
          'Whether [both versions answer the same requests](../guides/replay-traffic.md) before green has users: where there are some (`auto`), always and with proof (`required`), or never. `auto`, and `off` for a function of your own',
      },
      'replay.pairs': { meaning: 'Most requests that a replay asks' },
      'replay.samples': {
        meaning:
          'Key of a data set in the model bucket whose requests are replayed, beside captured ones; without it `samples/<endpoint>.jsonl.gz`, where there is one',
        limit: 'ends in `.json` or `.jsonl`, or either with `.gz`',
      },
      'replay.minutes': { meaning: 'Longest time of a replay; the canary goes on from what it has shown' },
      'replay.onDisagreement': {
        meaning:
          'Green answers otherwise than is harmless, and no labels vouch for it: a person is asked, or it is refused',
      },
      'replay.show': {
        meaning:
          'What cause, report and evidence show of the ten requests on which the versions differ most: `shapes` of their inputs, or `values` too, and what a version said of them',
      },
      captureSampleRate: {
        meaning:
          'Share of live requests kept a week for replay; `auto` keeps at most 3,000 a day, whatever the traffic; [what that means](../guides/capture.md)',
        limit: '`auto`, or 0 to 1',
      },
      'feedback.keepDays': {
        meaning:
          'Days for which labels of answers are [taken and kept](../guides/feedback.md); `feedback: false` takes none',
      },
      'feedback.keyEdition': {
        meaning:
          'Another number makes another key for the ids that labels name: see [the key](../guides/feedback.md#the-key)',
      },
      'knownBadRequest.method': {
        meaning: 'For a function of your own: a request that it must fail. Green gets it before a canary',
      },
      'knownBadRequest.path': {
        meaning: '… its path; green is refused when it answers instead of throwing',
        limit: '`/` first, at most 1024 characters',
      },
      'knownBadRequest.body': { meaning: '… its body', limit: 'any JSON' },
    },
  },
  {
    title: 'Rolling out',
    intro:
      "At least as careful: at no minute of evidence is green's weight larger than it would be under the endpoint's own strategy, none is larger than its last weight, and green is looked at as long. What `Auto` gives once a total failure is excluded may be asked for on that condition alone, and its looks count as 15 minutes: so an endpoint with `Auto` lets an upload ask for `Canary10Percent15Minutes`, and one with that does not let it ask for `Auto`. With `Canary10Percent15Minutes` of its own an upload may also ask for 5 % for 20 minutes, and neither for `AllAtOnce` nor for `Progressive`, whose 50 % come by time and not by proof. Executions that people start choose freely.",
    settings: {
      strategy: {
        meaning: 'How traffic goes to green, unless the input says otherwise',
        limit: 'a preset or `{ steps }`',
      },
      'onInsufficientEvidence.extendMinutes': {
        meaning: 'Minutes to bake longer, once, when the plan ends without proof',
      },
      'onInsufficientEvidence.then': {
        meaning: 'What then: abort, ask a person, or promote',
      },
      watchMinutes: {
        meaning:
          'Minutes to watch green after promotion at least, ready to put blue back; 0 is no watch, as its end says',
      },
      watchUntilMinutes: {
        meaning:
          "After a canary that ends on proof, as `Auto` does: the watch lasts at least until so many minutes after green's first traffic",
      },
      'approval.mode': {
        meaning:
          'Whether a person must agree before promotion, or before green has any user, while testers meet it at the preview',
      },
      'approval.timeoutMinutes': { meaning: 'How long to wait for the answer' },
      'approval.defaultAnswer': { meaning: 'The answer when none is given' },
      'hooks.beforeTraffic.function': {
        meaning:
          'Name or ARN of a function that says whether green may have users, see [the guide](../guides/hooks.md)',
        limit: 'a function',
      },
      'hooks.beforeTraffic.timeoutSeconds': { meaning: 'How long the rollout waits for its answer' },
      'hooks.beforePromotion.function': {
        meaning: 'One that says whether green may be promoted',
        limit: 'a function',
      },
      'hooks.beforePromotion.timeoutSeconds': { meaning: 'How long the rollout waits for its answer' },
      'hooks.afterPromotion.function': {
        meaning: 'One that says, after the watch, whether green may stay; else blue comes back',
        limit: 'a function',
      },
      'hooks.afterPromotion.timeoutSeconds': { meaning: 'How long the rollout waits for its answer' },
      rollbackWindowMinutes: {
        meaning: 'How long a version that was live can be rolled back to without a canary; it is kept so long',
      },
      keepVersions: {
        meaning: 'How many of the versions that were last live are kept, however long ago',
      },
      keepBlueWarm: {
        meaning: "Keep blue's provisioned concurrency for the rollback window",
      },
      vetoAlarms: {
        meaning: 'Names of CloudWatch alarms. Each must be OK at the start; one in ALARM stops the rollout',
        limit: 'at most 100 names',
      },
      drill: {
        meaning:
          'Whether `greenlight drill` may fail a few requests of users on purpose, to measure how soon they are off a bad version; needs the built-in model server',
      },
      tracing: {
        meaning: "X-Ray traces of the endpoint's requests; they cost more than a small model's run",
      },
      whileBusy: {
        meaning: 'An upload during a rollout: the newest waits, or it is refused',
      },
      uploadsMayChoose: {
        meaning:
          "Which `strategy` an upload's metadata may name: one at least as careful as the endpoint's own, any, or none",
      },
    },
  },
  {
    title: 'Judging',
    intro:
      'What each does, measured, and how to choose: [every knob](../explanation/judge.md#every-knob). `gates.errors`, `gates.latency`, `gates.predictions`, `gates.throttles`, `gates.accuracy` and `gates.memory` can also be `false`: the gate is off, and neither stops nor holds up a rollout.',
    settings: {
      'gates.errors.tolerance.ratio': {
        meaning: 'Failed requests, tolerated: green <= ratio x blue + points',
      },
      'gates.errors.tolerance.points': {
        meaning: '… as a share of requests: 0.0005 is 0.05 percentage points',
      },
      'gates.errors.harm.ratio': { meaning: 'Failed requests, harmful: likewise' },
      'gates.errors.harm.points': { meaning: '… as a share of requests' },
      'gates.errors.mode': {
        meaning: 'Whether the gate decides. `observe`: it is counted, tested and reported, and decides nothing',
      },
      'gates.latency.tolerancePercent': { meaning: 'Slower than blue by so much is tolerated' },
      'gates.latency.toleranceFloorMs': { meaning: '… and by so many ms in any case' },
      'gates.latency.harmPercent': { meaning: 'Slower than blue by so much is harmful' },
      'gates.latency.harmFloorMs': { meaning: '… but never less than so many ms' },
      'gates.latency.harmTailPoints': {
        meaning:
          'Above the median, harm begins so much of the requests (0.005 is half a point) above what blue has beyond its time',
      },
      'gates.latency.requests': {
        meaning:
          "Which requests are timed: the built-in server's warm ones, or all. A function of your own is timed by all",
      },
      'gates.latency.mode': { meaning: '… whether it decides: as for errors' },
      'gates.predictions.tolerancePoints': {
        meaning: 'Share of answers that a class may grow or shrink by, beyond what verification showed',
      },
      'gates.predictions.harmPoints': {
        meaning: 'Growth or loss of a class that is harmful, beyond the same',
      },
      'gates.predictions.togetherPoints': {
        meaning: 'Of more than two classes together, the share of answers that may move; at least `tolerancePoints`',
      },
      'gates.predictions.rare.tolerance.ratio': {
        meaning: "Classes so rare that this is tighter: up to ratio x the other version's share + points, both ways",
      },
      'gates.predictions.rare.tolerance.points': { meaning: '… as a share of answers' },
      'gates.predictions.rare.harm.ratio': { meaning: '… harmful: likewise' },
      'gates.predictions.rare.harm.points': { meaning: '… as a share of answers' },
      'gates.predictions.mode': { meaning: '… whether it decides: as for errors' },
      'gates.throttles.tolerance.ratio': {
        meaning: 'Requests that Lambda turned away, of all that were sent, tolerated: as for errors',
      },
      'gates.throttles.tolerance.points': { meaning: '… as a share of what was sent' },
      'gates.throttles.harm.ratio': { meaning: '… harmful: likewise' },
      'gates.throttles.harm.points': { meaning: '… as a share of what was sent' },
      'gates.throttles.mode': { meaning: '… whether it decides: as for errors' },
      'gates.accuracy.tolerance.ratio': {
        meaning: 'Wrong answers among [labelled ones](../guides/feedback.md#the-gate), tolerated: as for errors',
      },
      'gates.accuracy.tolerance.points': { meaning: '… as a share of labels' },
      'gates.accuracy.harm.ratio': { meaning: '… harmful: likewise' },
      'gates.accuracy.harm.points': { meaning: '… as a share of labels' },
      'gates.accuracy.withinMinutes': {
        meaning:
          "Labels that came so soon after their answer are compared, and minutes from so long after green's first",
      },
      'gates.accuracy.minLabels': {
        meaning: 'Labels that green must have in sight; with fewer the gate is not judged',
      },
      'gates.accuracy.mode': { meaning: '… whether it decides: as for errors' },
      'gates.memory.tolerance.ratio': {
        meaning: "Requests that end within 10 % of the function's memory limit, tolerated: as for errors",
      },
      'gates.memory.tolerance.points': { meaning: '… as a share of requests' },
      'gates.memory.harm.ratio': { meaning: '… harmful: likewise' },
      'gates.memory.harm.points': { meaning: '… as a share of requests' },
      'gates.memory.mode': { meaning: '… whether it decides: it is only reported unless set to `enforce`' },
      'gates.custom': {
        meaning: 'Counters of your own: [custom gates](../guides/custom-gates.md)',
        limit: 'at most 5 gates',
      },
      falseAlarmRate: {
        meaning: 'How often a green inside every tolerance may be stopped',
      },
      missRate: {
        meaning: 'How often a green that is harmful throughout may be promoted',
      },
    },
  },
  {
    title: 'Golden set',
    intro: '',
    settings: {
      'goldenSet.key': {
        meaning: 'Key in the model bucket, for example `golden/digits.json`; without `goldenSet` there is no such test',
        limit: '1 to 1024 characters',
      },
      'goldenSet.minAccuracy': { meaning: 'Classification: share of right classes that green must reach' },
      'goldenSet.maxAccuracyDrop': {
        meaning:
          "Classification: how far green may lie under blue's accuracy. By default 0.02, [unless by chance](../guides/golden-sets.md)",
      },
      'goldenSet.perClass.maxRecallLoss': {
        meaning:
          "How much of blue's recall each class or label may lose, where a paired test shows it; `perClass: false` looks at none",
      },
      'goldenSet.perClass.maxPrecisionLoss': {
        meaning: "How much of blue's precision each class may lose, where a paired test shows that it is no chance",
      },
      'goldenSet.maxErrorFactor': {
        meaning: "Numbers: green's error as a factor of blue's. By default 1.1, unless by chance",
      },
      'goldenSet.maxError': { meaning: "Regression: green's root mean squared error, in the label's unit" },
      'goldenSet.maxMedianMs': { meaning: 'Median latency of the golden requests' },
    },
  },
  {
    title: 'Alarms of the endpoint',
    intro:
      'In and out of rollouts: [what they say](../guides/operations.md#endpointfails). `alarms: false` makes none.',
    settings: {
      'alarms.failedPercent': {
        meaning: 'In ALARM above this share of requests that failed or were turned away',
      },
      'alarms.minRequests': { meaning: '… of at least so many in a window; fewer say nothing' },
      'alarms.minutes': {
        meaning: '… length of a window, of which two in three must be bad; longer where traffic is low',
      },
    },
  },
];
