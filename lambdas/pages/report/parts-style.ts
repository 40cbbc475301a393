/**
 * How the parts of a page look, wherever they stand: rules without `@media` and without `:root`, so that each selector
 * can be given a place. Lines of charts differ in their dashes as well as in their colours.
 */
export const PARTS_STYLE = `
:focus-visible{outline:3px solid var(--blue);outline-offset:2px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
h3{font-size:1rem;margin:1.5rem 0 .5rem}
p{margin:.5rem 0}a{color:var(--blue)}.small,.says{color:var(--soft);font-size:.875rem}.says{margin:.25rem 0}
.outcome{display:inline-block;margin:.5rem 0 0;padding:.2rem .9rem;border-radius:1rem;font-weight:700;
background:var(--soft);color:var(--on);print-color-adjust:exact}
.outcome.good{background:var(--good)}.outcome.bad{background:var(--bad)}.reason{font-size:1.15rem}
.note{border-left:4px solid var(--l3);padding:.25rem .75rem;background:var(--panel)}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(10.5rem,100%),1fr));gap:.5rem 1.25rem;
margin:1rem 0}.facts.long{grid-template-columns:1fr}.facts dt{color:var(--soft);font-size:.875rem}
.facts dd{margin:0;font-weight:600}.facts.long dd{font-weight:400}
.wide{overflow-x:auto;margin:.5rem 0}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left}
th,td{text-align:left;vertical-align:top;padding:.4rem .9rem .4rem 0;border-bottom:1px solid var(--edge);
overflow-wrap:normal;min-width:4.5rem}td:last-child{overflow-wrap:anywhere}tbody th .small{font-weight:400}
td .small{white-space:nowrap}.cell-head{display:none}
thead th{color:var(--soft);font-size:.875rem;font-weight:600;vertical-align:bottom}
.state{font-weight:600;font-size:.875rem}.state.good{color:var(--good)}.state.bad{color:var(--bad)}
.bar{display:block;width:6.5rem;height:.6rem;margin-top:.3rem}.bar .track{fill:var(--edge)}.bar .good{fill:var(--good)}
.bar .bad{fill:var(--bad)}.bar .some{fill:var(--soft)}.bar line{stroke:var(--text);stroke-width:2}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(25rem,100%),1fr));gap:1.5rem 2rem;margin-top:1rem}
figure{margin:0;max-width:36rem;break-inside:avoid}figcaption{font-weight:600}
figure svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font-size:12.5px;fill:var(--text);paint-order:stroke;stroke:var(--page);stroke-width:3px;stroke-linejoin:round}
svg .axis{fill:var(--soft)}
.grid{stroke:var(--edge)}.zero{stroke:var(--text);stroke-width:1.5}.gap{fill:var(--edge);opacity:.6}
.limit,.mark{stroke:var(--text);stroke-width:2}text.limit,text.mark{font-weight:700;stroke:var(--page);stroke-width:3px}
.mark{stroke-dasharray:2 3}
.line path{fill:none;stroke-width:1.8;stroke-linejoin:round}.s0 path{stroke:var(--text);stroke-width:3}
.s0 circle,.s0 text{fill:var(--text)}.s0 text{font-weight:700}
.s1 path{stroke:var(--l1);stroke-dasharray:7 3}.s1 circle,.s1 text{fill:var(--l1)}
.s2 path{stroke:var(--l2);stroke-dasharray:2 3}.s2 circle,.s2 text{fill:var(--l2)}
.s3 path{stroke:var(--l3);stroke-dasharray:10 3 2 3}.s3 circle,.s3 text{fill:var(--l3)}
.s4 path{stroke:var(--l4);stroke-dasharray:4 4}.s4 circle,.s4 text{fill:var(--l4)}
.line:not(.s0,.s1,.s2,.s3,.s4) path{stroke:var(--l5);stroke-dasharray:1 2}
.line:not(.s0,.s1,.s2,.s3,.s4) circle,.line:not(.s0,.s1,.s2,.s3,.s4) text{fill:var(--l5)}
.weight{fill:none;stroke:var(--green);stroke-width:2.5}.area{fill:var(--green);opacity:.18}
text.green{fill:var(--green);font-weight:700}text.blue{fill:var(--blue);font-weight:700}
.line.blue-line path{stroke:var(--blue);stroke-dasharray:6 3}
.line.blue-line circle,.line.blue-line text{fill:var(--blue)}
.line.green-line path{stroke:var(--green);stroke-width:2.4;stroke-dasharray:none}.line.thin path{stroke-width:1.3}
.line.thin.blue-line path{stroke-dasharray:2 2}.line.thin.green-line path{stroke-dasharray:8 2}
.line.green-line circle,.line.green-line text{fill:var(--green)}
.blue-line text,.green-line text{font-weight:700}.blue-bar{fill:var(--blue)}.green-bar{fill:var(--green)}
.weight-mark{stroke:var(--text);stroke-width:1.5;stroke-dasharray:2 3}
text.weight-mark{font-weight:700;font-size:11px;stroke:var(--page);stroke-width:3px;stroke-dasharray:none}
.band path{fill:var(--soft);opacity:.28}.band .so-far{fill:none;opacity:1;stroke:var(--text);stroke-width:2.2}
.band text{font-weight:700}.band.good path{fill:var(--good)}.band.bad path{fill:var(--bad)}
.band .so-far,.band.good .so-far,.band.bad .so-far{fill:none}
.zone{fill:var(--bad);opacity:.07}.tolerance{stroke:var(--l3);stroke-width:1.6;stroke-dasharray:7 3}
text.tolerance{fill:var(--l3);stroke:var(--page);stroke-width:3px;stroke-dasharray:none}
.harm{stroke:var(--bad);stroke-width:2}text.harm{fill:var(--bad);stroke:var(--page);stroke-width:3px}
.timeline{list-style:none;margin:0;padding:0 0 0 1rem;border-left:3px solid var(--edge)}.timeline p{margin:0}
.timeline li{padding:.3rem 0}
details{margin:.5rem 0}summary{cursor:pointer;padding:.25rem 0;color:var(--blue)}
pre{overflow:auto;max-height:30rem;background:var(--panel);padding:.75rem;font-size:.8125rem;white-space:pre-wrap;
overflow-wrap:anywhere}
`;

/** For `@media` of a phone's width: each row of such a table is a card with the heads before its cells. */
export const CARDS_STYLE = `
.cards thead{position:absolute;clip-path:inset(50%)}
.cards tbody,.cards table{display:block}
.cards tr{display:grid;grid-template-columns:1fr 1fr;border-bottom:1px solid var(--edge);padding:.5rem 0}
.cards th{grid-column:1/-1}.cards th,.cards td{border:0;padding:.2rem .5rem .2rem 0}
.cell-head{display:block;color:var(--soft);font-size:.8125rem}
`;

/** Colours of both schemes. Text has a contrast of 4.5 at least, lines of charts 3. */
export const PALETTE = {
  light:
    '--page:#fff;--text:#1a1d21;--soft:#525c67;--edge:#cfd5dc;--panel:#f4f6f8;--blue:#1d5bb8;--green:#157347;' +
    '--bad:#b3261e;--good:#157347;--on:#fff;--l1:#b3261e;--l2:#1d5bb8;--l3:#8a5a00;--l4:#7b2fa0;--l5:#157347',
  dark:
    '--page:#14171b;--text:#e8eaed;--soft:#a9b3be;--edge:#3d4650;--panel:#1d2228;--blue:#7fb3ff;--green:#63d492;' +
    '--bad:#ff8f86;--good:#63d492;--on:#14171b;--l1:#ff8f86;--l2:#7fb3ff;--l3:#f0b95a;--l4:#d6a2f5;--l5:#63d492',
} as const;
