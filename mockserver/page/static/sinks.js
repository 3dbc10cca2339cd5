// The receivers inside the mock, and what was delivered to them.

import { change, get } from './api.js';
import { byID, cut, doing, el, say } from './dom.js';

export class SinksView {
  /** @param {string} world */
  constructor(world) {
    this.world = world;
    byID('sink-form').addEventListener('submit', (event) => {
      event.preventDefault();
      doing(() => this.program())();
    });
  }

  async refresh() {
    const { sinks } = await get(`${this.world}/sinks`);
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
      el('ol', { class: 'deliveries' }, ...(s.sink.deliveries || []).slice(-50).map((/** @type {any} */ d) => el('li', {},
        el('details', {}, el('summary', {}, `${d.at} · ${d.method} `, signature(d)), el('pre', { tabindex: 0, 'aria-label': 'delivery' }, cut(d.body || '', 20000)))))));
  }
}

/** @param {any} d */
function signature(d) {
  if (d.signed === undefined) return '';
  return el('span', { class: d.signed ? 'good' : 'bad' }, d.signed ? 'code is right' : 'code is wrong');
}
