/** Colours of both schemes. Text has a contrast of 4.5 at least, lines of charts 3. */
export const PALETTE = {
  light:
    '--page:#fff;--text:#1a1d21;--soft:#525c67;--edge:#cfd5dc;--panel:#f4f6f8;--blue:#1d5bb8;--green:#157347;--bad:#b3261e;--good:#157347;--on:#fff;--l1:#b3261e;--l2:#1d5bb8;--l3:#8a5a00;--l4:#7b2fa0;--l5:#157347',
  dark: '--page:#14171b;--text:#e8eaed;--soft:#a9b3be;--edge:#3d4650;--panel:#1d2228;--blue:#7fb3ff;--green:#63d492;--bad:#ff8f86;--good:#63d492;--on:#14171b;--l1:#ff8f86;--l2:#7fb3ff;--l3:#f0b95a;--l4:#d6a2f5;--l5:#63d492',
} as const;
