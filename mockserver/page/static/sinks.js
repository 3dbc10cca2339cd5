// The receivers inside the mock, and what was delivered to them.

import { change, get } from './api.js';
import { byID, cut, doing, el, pretty, say } from './dom.js';

export class SinksView {
  /** @param {string} world */
  constructor(world) {
    this.world = world;
    this.shown = ''; // what is on the page, as text
    byID('sink-form').addEventListener('submit', (event) => {
      event.preventDefault();
      doing(() => this.program())();
    });
  }

  async refresh() {
    const { sinks } = await get(`${this.world}/sinks`);
    const now = JSON.stringify(sinks);
    if (now === this.shown) return; // what is open stays open
    this.shown = now;
    byID('sinks').replaceChildren(...sinks.map((/** @type {any} */ s) => this.sink(s)));
    byID('no-sinks').hidden = sinks.length > 0;
  }

  async program() {
    const value = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byID(id)).value;
    await change('PUT', `${this.world}/sinks/${encodeURIComponent(value('sink-name'))}`, { answers: [{ status: Number(value('sink-status')) }] });
    say(`sink ${value('sink-name')} answers ${value('sink-status')}`);
    await this.refresh();
  }

  /** @param {any} s */
  sink(s) {
    return el('section', {}, el('h3', {}, s.name, ' ', el('span', { class: 'count' }, (s.sink.deliveries || []).length)),
      el('ol', { class: 'deliveries' }, ...latest(s).map(({ d, code }) => el('li', {},
        el('details', {}, el('summary', {}, `${d.at} · ${d.method} · answered ${d.status || 'nothing'} `, signature(code)), el('pre', { tabindex: 0, 'aria-label': 'delivery' }, cut(pretty(d.body || '(no body)'), 20000)))))));
  }
}

/**
 * The latest deliveries, newest first, each with what is known of its authentication code.
 * @param {any} s
 * @returns {{d: any, code: string}[]}
 */
function latest(s) {
  const all = (s.sink.deliveries || []).map((/** @type {any} */ d, /** @type {number} */ i) => ({ d, code: s.codes?.[i] || 'none' }));
  return all.slice(-50).reverse();
}

/** @param {string} code */
function signature(code) {
  if (code === 'none') return '';
  return el('span', { class: code === 'right' ? 'good' : 'bad' }, `the authentication code is ${code}`);
}
