import { Html } from '../words/html';
import { PALETTE } from './palette';
import { PARTS_STYLE } from './parts-style';

/** The page around its parts, in both schemes and on paper. */
export const STYLE = new Html(`
:root{color-scheme:light dark;${PALETTE.light}}
@media(prefers-color-scheme:dark){:root{${PALETTE.dark}}}
@media print{:root{color-scheme:light;--page:#fff;--text:#000;--soft:#444;--edge:#bbb;--panel:#fff;--blue:#1d5bb8;--green:#157347;--bad:#b3261e;--good:#157347;--on:#fff;--l1:#b3261e;--l2:#1d5bb8;--l3:#8a5a00;--l4:#7b2fa0;--l5:#157347}}
*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;margin:0;background:var(--page);color:var(--text)}
main,footer{max-width:64rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}main:focus{outline:none}footer{color:var(--soft);font-size:.875rem}
.skip{position:absolute;left:-99rem;background:var(--page);color:var(--text);padding:.5rem 1rem}.skip:focus{left:0;top:0;z-index:1}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.25rem;margin:2.5rem 0 .75rem}${PARTS_STYLE}@media(max-width:40rem){body{font-size:15px}h1{font-size:1.3rem}th,td{padding-right:.6rem}.facts{grid-template-columns:1fr 1fr}.cards thead{position:absolute;clip-path:inset(50%)}.cards tbody,.cards table{display:block}.cards tr{display:grid;grid-template-columns:1fr 1fr;border-bottom:1px solid var(--edge);padding:.5rem 0}.cards th{grid-column:1/-1}.cards th,.cards td{border:0;padding:.2rem .5rem .2rem 0}.head{display:block;color:var(--soft);font-size:.8125rem}}
@media print{.skip{display:none}pre{max-height:none}details::details-content{content-visibility:visible}.wide{overflow:visible}main{padding:0}h2{break-after:avoid}}
`);
