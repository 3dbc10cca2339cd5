// Looking back: the state as it was after any exchange or command that the journal has, and a copy that goes on from there.

import { change } from './api.js';
import { byID, doing, visit } from './dom.js';
import { most } from './journal.js';

/** @typedef {import('./journal.js').Entry} Entry */

/**
 * A place of the slider.
 * @typedef {object} Stop
 * @property {number} moment
 * @property {string} label
 */

export class PastView {
  /**
   * @param {string} world
   * @param {import('./boards.js').BoardsView} boards
   */
  constructor(world, boards) {
    this.world = world;
    this.boards = boards;
    /** @type {Stop[]} oldest first */
    this.stops = [];
    /** @type {Stop|null} null for the state as it is */
    this.shown = null;
    /** @type {HTMLInputElement} */
    this.slider = byID('moment');
    this.slider.addEventListener('input', doing(() => this.show(this.stops[Number(this.slider.value)] || null)));
    byID('moment-live').addEventListener('click', doing(() => this.show(null)));
    byID('past-form').addEventListener('submit', (event) => {
      event.preventDefault();
      doing(() => this.goOn())();
    });
    this.refresh();
  }

  /**
   * Takes over what the journal has, beside what came since it was read.
   * @param {Entry[]} entries oldest first, with the commands between them
   */
  async load(entries) {
    const read = entries.map(stopOf);
    const known = new Set(read.map((s) => s.label));
    this.stops = [...read, ...this.stops.filter((s) => !known.has(s.label))];
    await this.show(null);
  }

  clear() {
    this.stops = [];
  }

  /** @param {Entry} entry */
  add(entry) {
    const stop = stopOf(entry);
    if (this.stops.at(-1)?.label === stop.label) return; // seen before a reconnection
    this.stops.push(stop);
    if (this.stops.length > most) this.stops.shift();
    this.refresh();
  }

  /** @param {Entry} entry */
  async after(entry) {
    const stop = this.stops.find((s) => s.label === labelOf(entry)) || stopOf(entry);
    await this.show(stop);
  }

  /** @param {Stop|null} stop */
  async show(stop) {
    this.shown = stop;
    this.refresh();
    await this.boards.at(stop ? stop.moment : null);
  }

  async goOn() {
    if (!this.shown) return;
    const as = /** @type {HTMLInputElement} */ (byID('past-as')).value;
    visit((await change('POST', `${this.world}/fork`, { as, moment: this.shown.moment })).name);
  }

  refresh() {
    const { slider, stops, shown } = this;
    slider.max = String(stops.length);
    slider.value = String(shown ? stops.indexOf(shown) : stops.length);
    slider.disabled = stops.length === 0;
    const text = shown ? `as it was after ${shown.label}` : 'now';
    slider.setAttribute('aria-valuetext', text);
    byID('moment-text').textContent = text;
    byID('past-form').hidden = !shown;
    byID('moment-live').hidden = !shown;
    document.body.classList.toggle('past', Boolean(shown));
  }
}

/**
 * @param {Entry} entry
 * @returns {Stop}
 */
function stopOf(entry) {
  return { moment: entry.moment || 0, label: labelOf(entry) };
}

/** @param {Entry} entry */
function labelOf(entry) {
  return `${entry.command ? 'the command' : `exchange ${entry.sequence},`} ${entry.operation || entry.method}, at ${entry.at}`;
}
