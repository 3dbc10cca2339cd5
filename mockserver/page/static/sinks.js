// The receivers inside the mock, and what was delivered to them.

import { change, get } from './api.js';
import { byID, doing, el, long, pretty, say, sure } from './dom.js';
import { oneStop } from './focus.js';
import { replace } from './list.js';

export class SinksView {
  /** @param {string} world */
  constructor(world) {
    this.world = world;
    this.shown = ''; // what is on the page, as text
    /** @type {Map<string, HTMLElement>} */
    this.drawn = new Map();
    oneStop(byID('sinks'), 'summary');
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
    const known = this.drawn;
    this.drawn = new Map();
    replace(byID('sinks'), sinks.map((/** @type {any} */ s) => this.sink(s, known)));
    byID('no-sinks').hidden = sinks.length > 0;
  }

  async program() {
    const value = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byID(id)).value;
    const path = `${this.world}/sinks/${encodeURIComponent(value('sink-name'))}`;
    const known = (await get(`${this.world}/sinks`)).sinks.find((/** @type {any} */ s) => s.name === value('sink-name')); // a new one is not there yet
    const recorded = (known?.sink.deliveries || []).length;
    if (recorded && !(await sure('Program the sink', `The sink ${value('sink-name')} forgets what it received: ${recorded} ${recorded === 1 ? 'delivery' : 'deliveries'}.`, 'Program it'))) return;
    await change('PUT', path, { answers: [{ status: Number(value('sink-status')) }] });
    say(`sink ${value('sink-name')} answers ${value('sink-status')}`);
    await this.refresh();
  }

  /**
   * @param {any} s
   * @param {Map<string, HTMLElement>} known elements of sinks and of deliveries: what is open stays open
   */
  sink(s, known) {
    const node = this.keep(known, `sink ${s.name}`, () => el('section', {}, el('h3', {}, s.name, ' ', el('span', { class: 'count' })), el('ol', { class: 'deliveries' })));
    const [title, list] = /** @type {HTMLElement[]} */ ([...node.children]);
    /** @type {HTMLElement} */ (title.lastChild).textContent = String((s.sink.deliveries || []).length);
    replace(list, latest(s).map((one) => this.keep(known, `delivery ${JSON.stringify([s.name, one])}`, () => delivery(one))));
    return node;
  }

  /**
   * @param {Map<string, HTMLElement>} known
   * @param {string} key
   * @param {() => HTMLElement} make
   */
  keep(known, key, make) {
    const node = known.get(key) || make();
    this.drawn.set(key, node);
    return node;
  }
}

/**
 * The latest deliveries, newest first, each with what is known of its authentication code.
 * @param {any} s
 * @returns {{d: any, code: string, number: number}[]}
 */
function latest(s) {
  const all = (s.sink.deliveries || []).map((/** @type {any} */ d, /** @type {number} */ number) => ({ d, code: s.codes?.[number] || 'none', number }));
  return all.slice(-50).reverse();
}

/** @param {{d: any, code: string}} of */
function delivery({ d, code }) {
  return el('li', {}, el('details', {}, el('summary', {}, `${d.at} · ${d.method} · answered ${d.status || 'nothing'} `, signature(code)),
    long('delivery', pretty(d.body || '(no body)')), d.truncated && el('p', { class: 'quiet' }, 'The sink keeps the beginning of a body.')));
}

/** @param {string} code */
function signature(code) {
  if (code === 'none') return '';
  return el('span', { class: code === 'right' ? 'good' : 'bad' }, `the authentication code is ${code}`);
}
