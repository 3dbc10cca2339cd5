// The contract as a map that lights up as traffic reaches its sentences.

import { get } from './api.js';
import { byID, el } from './dom.js';
import { oneStop } from './focus.js';
import { sentence } from './sentence.js';

export class SentencesView {
  /**
   * @param {string} world
   * @param {import('./contract.js').Contracts} contracts
   */
  constructor(world, contracts) {
    this.world = world;
    /** @type {Map<string, HTMLElement>} */
    this.cells = new Map();
    this.reached = 0;
    /** @type {string[]} those of exchanges that came while the coverage was read */
    this.late = [];
    byID('sentences').replaceChildren(...contracts.apis.map((api) => this.map(api)));
  }

  /** @param {import('./contract.js').API} api */
  map(api) {
    /** @type {Map<string, import('./contract.js').Requirement[]>} */
    const groups = new Map();
    for (const r of api.requirements) {
      const group = r.id.split('/')[1];
      groups.set(group, [...(groups.get(group) || []), r]);
    }
    const map = el('section', {}, el('h3', {}, api.title), ...[...groups].map(([group, all]) => el('div', { class: 'group' },
      el('h4', {}, group), el('ul', { class: 'cells' }, ...all.map((r) => this.cell(r))))));
    oneStop(map, '.cell > summary');
    return map;
  }

  /** @param {import('./contract.js').Requirement} r */
  cell(r) {
    const details = sentence(r, { class: 'cell' }, r.id.split('/').slice(2).join('/'));
    this.cells.set(r.id, details);
    return el('li', {}, details);
  }

  /** Lights what was reached, and nothing else. */
  async refresh() {
    this.late = [];
    const { reached } = await get(`${this.world}/coverage`);
    this.cells.forEach((cell) => cell.classList.remove('reached'));
    this.reached = 0;
    this.light([...reached, ...this.late]);
    this.late = [];
  }

  /** @param {string[]} ids */
  light(ids) {
    this.late = [...new Set([...this.late, ...ids])];
    for (const id of ids) {
      const cell = this.cells.get(id);
      if (!cell || cell.classList.contains('reached')) continue;
      cell.classList.add('reached');
      this.reached++;
    }
    byID('reached').textContent = `${this.reached} of ${this.cells.size}`;
  }
}
