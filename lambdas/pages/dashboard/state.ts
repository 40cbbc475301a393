import { type Html, html } from '../words/html';
import type { EndpointState } from '../../contract/view';

/** The state of an endpoint as a badge: in words, and in colour where something is to be done. */
export const stateBadge = (state: EndpointState): Html => html`<span class="badge ${toneOf(state)}">${state}</span>`;

function toneOf(state: EndpointState): 'good' | 'bad' | 'neutral' {
  switch (state) {
    case 'at rest':
      return 'good';
    case 'rolling out':
    case 'ending':
      return 'neutral';
    case 'waiting for an answer':
    case 'leftover weights':
    case 'no live alias':
      return 'bad';
  }
}
