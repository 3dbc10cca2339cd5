// A list of which only the rows in sight exist, so that ten thousand rows scroll like ten. What is selected, and what somebody reads, are
// rows and no places: rows that come or go elsewhere do not move them.

import { el, visible } from './dom.js';

const spare = 8; // rows beyond each edge

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
    this.pressed = false; // a row: it stays until it is let go, or a click would meet nothing
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
    new ResizeObserver(() => this.refresh()).observe(box);
  }

  /**
   * Replaces the rows. Rows that are not known yet are left out of the array's slots. The array is not changed any more.
   * @param {(Row|undefined)[]} rows
   * @param {number} [total]
   */
  set(rows, total = rows.length) {
    this.rows = rows;
    this.total = total;
    this.refresh();
  }

  /** Draws what comes while a row is pressed once it is let go, and its click is through. */
  press() {
    this.pressed = true;
    const over = new AbortController();
    const letGo = () => {
      over.abort();
      this.pressed = false;
      setTimeout(() => this.refresh(), 0);
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

  /** What must not move: the selected row where it is in sight, or the first row in sight. At the top, where nothing is selected, nothing is held. */
  held() {
    const { rows, height } = this.was;
    const { scrollTop, clientHeight } = this.box;
    const inSight = (/** @type {number} */ i) => i * height >= scrollTop && (i + 1) * height <= scrollTop + clientHeight;
    const index = this.selected !== null && inSight(this.place) ? this.place : scrollTop > 0 ? Math.ceil(scrollTop / height) : -1;
    const row = rows[index];
    return row === undefined ? null : { key: this.options.key(row), index, offset: index * height - scrollTop };
  }

  draw() {
    this.pending = false;
    if (this.pressed) return;
    const held = this.held();
    const height = this.options.height();
    this.body.style.height = `${this.total * height}px`;
    if (held) {
      const at = this.find(held.key, held.index);
      const scrollTop = Math.max(0, at * height - held.offset);
      if (at >= 0 && scrollTop !== this.box.scrollTop) this.box.scrollTop = scrollTop;
    }
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
