import { type Content, html } from '../words/html';
import { ROOT, STYLE } from './style';

export type Theme = 'light' | 'dark';

/**
 * What a widget answers. CloudWatch takes scripts, frames and `<use>` out of it; there are none. Its own look is switched
 * off, so that contrast is what our colours say.
 */
export const widget = (theme: Theme, content: Content): string =>
  html`<div class="${ROOT} ${theme} cwdb-no-default-styles">
    <style>
      ${STYLE}
    </style>
    ${content}
  </div>`.text;
