// A list of which only the rows in sight exist, so that ten thousand rows scroll like ten. What is selected, and what somebody reads, are
// rows and no places: rows that come or go elsewhere do not move them.

import { el, visible } from './dom.js';

const spare = 8; // rows beyond each edge
const still = 400; // milliseconds after which a hand that moved has come to rest

let lists = 0;

/** @template Row */
export class WindowedList {
  /**
   * @param {HTMLElement} box what scrolls; it gets a role and keyboard
   * @param {{height: () => number, label: string, key: (row: Row) => string|number, render: (row: Row) => HTMLElement, open?: (row: Row) => void,
   *   need?: (from: number, to: number) => void, above?: (rows: number) => void}} options height of a row in pixels, key tells rows apart, need asks
   *   for rows that are not there yet, above hears how many rows came above what is read
   */
  constructor(box, options) {
    this.box = box;
    this.options = options;
    /** @type {(Row|undefined)[]} */
    this.rows = [];
    this.total = 0;
    /** @type {{rows: (Row|undefined)[], height: number}} as they were drawn last */
    this.was = { rows: [], height: options.height() };
    /** @type {string|number|null} of the row that is selected */
    this.selected = null;
    this.place = -1; // of that row; where its row is gone, or not there yet, the keys go on from here
    this.waiting = false; // the selected place has no row yet
    /** @type {string|number|null} of the first row when somebody was last at the top */
    this.top = null;
    /** @type {Map<string|number, {row: Row, node: HTMLElement}>} what is drawn */
    this.drawn = new Map();
    /** @type {Row|undefined} that Enter is down on */
    this.entering = undefined;
    this.pending = false;
    /** @type {{rows: (Row|undefined)[], total: number}|undefined} what comes while a hand is about to click */
    this.coming = undefined;
    this.pressed = false; // a row: it stays until it is let go, or a click would meet nothing
    this.hand = NaN; // where a mouse is, from the top of the box
    this.moving = 0; // until it rests
    this.follows = false; // the top was in sight when the mouse came
    this.name = `list-${++lists}`;
    this.body = el('div', { class: 'rows', role: 'presentation' });
    box.classList.add('windowed');
    box.setAttribute('tabindex', '0');
    box.setAttribute('role', 'listbox');
    box.setAttribute('aria-label', visible(options.label));
    box.append(this.body);
    box.addEventListener('scroll', () => this.refresh(), { passive: true });
    box.addEventListener('keydown', (event) => this.key(event));
    box.addEventListener('keyup', (event) => event.key === 'Enter' && this.enter());
    this.body.addEventListener('pointerdown', () => this.press());
    box.addEventListener('pointermove', (event) => event.pointerType === 'mouse' && this.move(event.clientY));
    box.addEventListener('pointerleave', () => this.leave());
    box.addEventListener('wheel', () => {
      this.follows = false;
      this.rest();
    }, { passive: true });
    new ResizeObserver(() => this.refresh()).observe(box);
  }

  /**
   * Replaces the rows. Rows that are not known yet are left out of the array's slots. The array is not changed any more.
   * @param {(Row|undefined)[]} rows
   * @param {number} [total]
   */
  set(rows, total = rows.length) {
    this.coming = { rows, total };
    this.take();
  }

  /** Takes over what came, unless a hand is about to click. */
  take() {
    if (!this.coming || this.pressed || this.moving) return;
    const { rows, total } = this.coming;
    this.coming = undefined;
    this.rows = rows;
    this.total = total;
    this.refresh();
  }

  /**
   * A mouse moves over the rows. They wait until it rests, and then the one under it keeps its place where others come above it.
   * @param {number} y
   */
  move(y) {
    if (Number.isNaN(this.hand)) this.follows = this.box.scrollTop === 0 && this.selected === null;
    this.hand = y - this.box.getBoundingClientRect().top;
    clearTimeout(this.moving);
    this.moving = window.setTimeout(() => this.rest(), still);
  }

  /** Waits for the hand no longer. */
  rest() {
    clearTimeout(this.moving);
    this.moving = 0;
    this.take();
  }

  /** The mouse leaves. What followed the top follows it again. */
  leave() {
    const back = this.follows && this.selected === null;
    this.hand = NaN;
    this.follows = false;
    this.rest();
    if (back && this.box.scrollTop > 0) this.toTop();
  }

  /** Takes over what came while a row was pressed once it is let go, and its click is through. */
  press() {
    this.pressed = true;
    const over = new AbortController();
    const letGo = () => {
      over.abort();
      this.pressed = false;
      setTimeout(() => this.take(), 0);
    };
    for (const end of ['pointerup', 'pointercancel', 'blur']) window.addEventListener(end, letGo, { signal: over.signal });
  }

  /** Draws at the next frame, however often it is called before. */
  refresh() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      if (this.pending) this.draw();
    });
  }

  /** Opens a row once the key is let go: what opens takes the focus, and a key that is held would close it. */
  enter() {
    const row = this.entering;
    this.entering = undefined;
    if (row !== undefined) this.options.open?.(row);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (this.pending) this.draw();
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.options.height()) - 1);
    const gone = this.selected === null && !this.waiting && this.place >= 0; // the next row has its place
    const to = { ArrowDown: gone ? this.place : this.place + 1, ArrowUp: this.place - 1, PageDown: this.place + page, PageUp: this.place - page, Home: 0, End: this.total - 1 }[event.key];
    const row = this.selected === null ? undefined : this.rows[this.place];
    if (to !== undefined && this.total > 0) this.select(Math.min(this.total - 1, Math.max(0, to)));
    else if (event.key === 'Enter' && row !== undefined) this.entering = row;
    else if (event.key === 'Escape' && (this.selected !== null || this.box.scrollTop > 0)) this.toTop();
    else return;
    event.preventDefault();
  }

  /** @param {number} index */
  select(index) {
    const height = this.options.height();
    const row = this.rows[index];
    this.place = index;
    this.waiting = row === undefined;
    this.selected = row === undefined ? null : this.options.key(row);
    if (index * height < this.box.scrollTop) this.box.scrollTop = index * height;
    if ((index + 1) * height > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = (index + 1) * height - this.box.clientHeight;
    this.refresh();
  }

  /** Selects nothing, and follows what comes at the top. */
  toTop() {
    this.selected = null;
    this.waiting = false;
    this.place = -1;
    this.was.rows = []; // nothing is held in its place
    this.box.scrollTop = 0;
    this.refresh();
  }

  /** Shows what is selected among rows that are chosen anew, and otherwise their top. */
  reveal() {
    this.body.style.height = `${this.total * this.options.height()}px`;
    const at = this.selected === null ? -1 : this.find(this.selected, this.place);
    if (at < 0) this.toTop();
    else this.select(at);
    this.was.rows = [];
  }

  /**
   * The index of a row, which is looked for near a place first.
   * @param {string|number} key
   * @param {number} near
   */
  find(key, near) {
    const is = (/** @type {Row|undefined} */ row) => row !== undefined && this.options.key(row) === key;
    return is(this.rows[near]) ? near : this.rows.findIndex(is);
  }

  /** What must not move: the row under a mouse, the selected row where it is in sight, or the first row in sight. At the top nothing else is held. */
  held() {
    const { rows, height } = this.was;
    const { scrollTop, clientHeight } = this.box;
    const inSight = (/** @type {number} */ i) => i * height >= scrollTop && (i + 1) * height <= scrollTop + clientHeight;
    const index = this.hand >= 0 ? Math.floor((scrollTop + this.hand) / height) : this.selected !== null && inSight(this.place) ? this.place : scrollTop > 0 ? Math.ceil(scrollTop / height) : -1;
    const row = rows[index];
    return row === undefined ? null : { key: this.options.key(row), index, offset: index * height - scrollTop };
  }

  draw() {
    this.pending = false;
    const held = this.held();
    const height = this.options.height();
    const at = held ? this.find(held.key, held.index) : -1;
    const scrollTop = held && at >= 0 ? Math.max(0, at * height - held.offset) : this.box.scrollTop;
    const room = this.hand >= 0 ? scrollTop + this.box.clientHeight : 0; // below the last row, so that it can stay where it is
    this.body.style.height = `${Math.max(this.total * height, room)}px`;
    if (scrollTop !== this.box.scrollTop) this.box.scrollTop = scrollTop;
    this.keepSelection();
    const from = Math.max(0, Math.floor(this.box.scrollTop / height) - spare);
    const to = Math.min(this.total, Math.ceil((this.box.scrollTop + this.box.clientHeight) / height) + spare);
    const nodes = [];
    /** @type {Map<string|number, {row: Row, node: HTMLElement}>} */
    const drawn = new Map();
    let missing = false;
    for (let i = from; i < to; i++) {
      missing ||= this.rows[i] === undefined;
      nodes.push(this.node(i, height, drawn));
    }
    this.drawn = drawn;
    replace(this.body, nodes);
    this.was = { rows: this.rows, height };
    this.tellAbove();
    if (missing) this.options.need?.(from, to);
  }

  /** Finds the selected row again, or the row of the place that was selected before it was there. */
  keepSelection() {
    const row = this.rows[this.place];
    if (this.waiting && row !== undefined) {
      this.selected = this.options.key(row);
      this.waiting = false;
    }
    if (this.selected === null) {
      this.box.removeAttribute('aria-activedescendant');
      return;
    }
    const at = this.find(this.selected, this.place);
    if (at >= 0) {
      this.place = at;
      this.box.setAttribute('aria-activedescendant', this.id(this.selected));
    } else this.selected = null;
  }

  /** The index of the first row in sight. */
  first() {
    return Math.floor(this.box.scrollTop / this.options.height());
  }

  /** Tells how many rows came above what is read. */
  tellAbove() {
    const first = this.rows[0];
    const at = this.box.scrollTop > 0 && this.top !== null ? this.find(this.top, 0) : -1;
    if (at < 0) this.top = first === undefined ? null : this.options.key(first);
    this.options.above?.(Math.max(0, at));
  }

  /** @param {string|number} key */
  id(key) {
    return `${this.name}-${encodeURIComponent(key)}`;
  }

  /**
   * @param {number} i
   * @param {number} height
   * @param {Map<string|number, {row: Row, node: HTMLElement}>} drawn
   */
  node(i, height, drawn) {
    const row = this.rows[i];
    const node = row === undefined ? el('div', { class: 'row waiting', role: 'option' }, '…') : this.row(row, drawn);
    const selected = row === undefined ? this.waiting && i === this.place : this.selected !== null && this.options.key(row) === this.selected;
    const attributes = { 'aria-selected': selected, 'aria-posinset': i + 1, 'aria-setsize': this.total };
    for (const [name, value] of Object.entries(attributes)) if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
    node.style.transform = `translateY(${i * height}px)`;
    node.style.height = `${height}px`;
    return node;
  }

  /**
   * The element of a row: the one that is there, where the row is the same.
   * @param {Row} row
   * @param {Map<string|number, {row: Row, node: HTMLElement}>} drawn
   */
  row(row, drawn) {
    const key = this.options.key(row);
    const before = this.drawn.get(key);
    const node = before?.row === row ? before.node : this.make(row, key);
    drawn.set(key, { row, node });
    return node;
  }

  /**
   * @param {Row} row
   * @param {string|number} key
   */
  make(row, key) {
    const { render, open } = this.options;
    const node = render(row);
    node.classList.add('row');
    node.id = this.id(key);
    node.setAttribute('role', 'option');
    if (open) {
      node.addEventListener('click', () => {
        this.selected = key;
        this.place = this.find(key, this.place);
        this.waiting = false;
        this.refresh();
        open(row);
      });
    }
    return node;
  }
}

/**
 * Gives an element its children, and leaves those alone that are in their place.
 * @param {HTMLElement} parent
 * @param {Node[]} children
 */
export function replace(parent, children) {
  const stay = new Set(children);
  for (const child of [...parent.childNodes]) if (!stay.has(child)) child.remove();
  let next = parent.firstChild;
  for (const child of children) {
    if (child === next) next = next.nextSibling;
    else parent.insertBefore(child, next);
  }
}
