import fc from 'fast-check';

/**
 * Properties draw the same values in each run, so that a change is refused for what it changes and not by luck. With
 * the variable SEED, any whole number, they draw others.
 */
fc.configureGlobal({ seed: Number(process.env.SEED ?? 20_261_129) });
