// Looking back: the state as it was after any exchange or command that the journal has, and a copy that goes on from there.

import { change } from './api.js';
import { byID, doing, visit } from './dom.js';
import { most } from './journal.js';

/** @typedef {import('./journal.js').Entry} Entry */

/**
 * A place of the slider.
 * @typedef {object} Stop
 * @property {string} key no two stops have the same, not even where the clock stands still
 * @property {number} moment
 * @property {string} label
 * @property {boolean} [begin] whether it is what was there before the others
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
    /** @type {Stop[]} those that came since the journal was last read */
    this.late = [];
    this.first = 0; // moment that the server can show
    /** @type {Stop|null} null for the state as it is */
    this.shown = null;
    /** @type {Stop|null} whose state the page has */
    this.seen = null;
    /** @type {HTMLInputElement} */
    this.slider = byID('moment');
    this.slider.addEventListener('input', doing(() => this.show(this.stopAt(Number(this.slider.value)))));
    byID('moment-live').addEventListener('click', doing(() => this.show(null)));
    byID('past-form').addEventListener('submit', (event) => {
      event.preventDefault();
      doing(() => this.goOn())();
    });
    this.refresh();
  }

  /** Notes that the journal is being read. */
  reading() {
    this.late = [];
  }

  /**
   * Takes over what the journal has, beside what came while it was read.
   * @param {Entry[]} entries oldest first, with the commands between them
   * @returns {boolean} whether the journal goes on from what was known: not where the server, or the world, was made anew, and where nothing was known nobody can tell
   */
  load(entries) {
    const before = this.stops[this.stops.length - 1 - this.late.length];
    const read = entries.map(stopOf);
    const known = new Set(read.map((s) => s.key));
    this.stops = [...read, ...this.late.filter((s) => !known.has(s.key))];
    this.late = [];
    const { shown } = this;
    this.shown = shown && (shown.begin ? this.begin() : this.stops.find((s) => same(s, shown))) || null;
    this.refresh();
    return Boolean(before) && read.some((s) => same(s, before));
  }

  /** @param {Entry} entry */
  add(entry) {
    const stop = stopOf(entry);
    if (this.stops.at(-1)?.key === stop.key) return; // seen before a reconnection
    this.stops.push(stop);
    this.late.push(stop);
    if (this.stops.length > most) this.stops.shift();
    if (this.late.length > most) this.late.shift();
    this.refresh();
  }

  /**
   * Leaves out of the slider what the server can no longer show.
   * @param {number} first moment that it can
   */
  from(first) {
    if (first === this.first) return;
    this.first = first;
    this.refresh();
  }

  /** @param {Entry} entry */
  async after(entry) {
    const stop = stopOf(entry);
    if (stop.moment < this.first) throw new Error('the server no longer keeps what the world was then');
    await this.show(this.stops.find((s) => s.key === stop.key) || stop);
    this.slider.focus(); // it says what is shown, and goes on from there
  }

  /** @param {Stop|null} stop */
  async show(stop) {
    this.shown = stop;
    this.refresh();
    try {
      await this.boards.at(stop ? stop.moment : null);
      if (this.shown === stop) this.seen = stop;
    } catch (error) {
      if (this.shown === stop) this.stay();
      throw error;
    }
  }

  /** Says again what the page has: what was asked for could not be read. */
  stay() {
    this.shown = this.seen;
    this.boards.moment = this.seen ? this.seen.moment : null;
    this.refresh();
  }

  async goOn() {
    if (!this.shown) return;
    const as = /** @type {HTMLInputElement} */ (byID('past-as')).value;
    visit((await change('POST', `${this.world}/fork`, { as, moment: this.shown.moment })).name);
  }

  /** How many of the stops the server can no longer show. */
  skipped() {
    const at = this.stops.findIndex((s) => s.moment >= this.first);
    return at < 0 ? this.stops.length : at;
  }

  /** What was there before the first stop, where the server can show it. @returns {Stop|null} */
  begin() {
    const next = this.stops[this.skipped()];
    return next && this.first < next.moment ? { key: 'begin', moment: this.first, label: next.label, begin: true } : null;
  }

  /** @param {number} place of the slider */
  stopAt(place) {
    const begin = this.begin();
    return begin && place === 0 ? begin : this.stops[this.skipped() + place - (begin ? 1 : 0)] || null;
  }

  refresh() {
    const { slider, stops, shown } = this;
    const skipped = this.skipped();
    const behind = skipped - (this.begin() ? 1 : 0); // the place of a stop is its index less this
    const places = stops.length - behind;
    slider.max = String(places);
    slider.value = String(shown ? Math.max(0, shown.begin ? 0 : stops.indexOf(shown) - behind) : places);
    slider.disabled = places === 0;
    const text = shown ? `as it was ${shown.begin ? 'before' : 'after'} ${shown.label}` : 'now';
    slider.setAttribute('aria-valuetext', text);
    byID('moment-text').textContent = text;
    byID('past-form').hidden = !shown;
    byID('past-begins').hidden = skipped === 0 || (places > 0 && Number(slider.value) > 0); // told at the end that it is about
    /** @type {HTMLButtonElement} */ (byID('moment-live')).disabled = !shown;
    document.body.classList.toggle('past', Boolean(shown));
  }
}

/**
 * Whether two stops are one: labels repeat where the clock stands still, and numbers where the server was started anew.
 * @param {Stop} a
 * @param {Stop} b
 */
function same(a, b) {
  return a.key === b.key && a.label === b.label;
}

/**
 * @param {Entry} entry
 * @returns {Stop}
 */
function stopOf(entry) {
  const moment = entry.moment || 0;
  return { key: entry.command ? `command ${moment}` : `exchange ${entry.sequence}`, moment, label: labelOf(entry) };
}

/** @param {Entry} entry */
function labelOf(entry) {
  return `${entry.command ? 'the command' : `exchange ${entry.sequence},`} ${entry.operation || entry.method}, at ${entry.at}`;
}
