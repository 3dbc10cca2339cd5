// A list of which only the rows in sight exist, so that ten thousand rows scroll like ten.

import { el, visible } from './dom.js';

const spare = 8; // rows beyond each edge

let lists = 0;

/** @template Row */
export class WindowedList {
  /**
   * @param {HTMLElement} box what scrolls; it gets a role and keyboard
   * @param {{height: () => number, label: string, render: (row: Row) => HTMLElement, open?: (row: Row) => void,
   *   need?: (from: number, to: number) => void}} options height of a row in pixels, need asks for rows that are not there yet
   */
  constructor(box, options) {
    this.box = box;
    this.options = options;
    /** @type {(Row|undefined)[]} */
    this.rows = [];
    this.total = 0;
    this.selected = -1;
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
    this.body.addEventListener('pointerdown', () => this.press());
    new ResizeObserver(() => this.refresh()).observe(box);
  }

  /**
   * Replaces the rows. Rows that are not known yet are left out of the array's slots.
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
      this.pending = false;
      this.draw();
    });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.options.height()) - 1);
    const to = { ArrowDown: this.selected + 1, ArrowUp: this.selected - 1, PageDown: this.selected + page, PageUp: this.selected - page, Home: 0, End: this.total - 1 }[event.key];
    if (to !== undefined && this.total > 0) this.select(Math.min(this.total - 1, Math.max(0, to)));
    else if (event.key === 'Enter' && this.rows[this.selected] !== undefined) this.enter(/** @type {Row} */ (this.rows[this.selected]), event.repeat);
    else return;
    event.preventDefault();
  }

  /**
   * Opens a row once the key is done: what opens takes the focus, and the same press, or a key that is held, would close it.
   * @param {Row} row
   * @param {boolean} held
   */
  enter(row, held) {
    if (!held) setTimeout(() => this.options.open?.(row), 0);
  }

  /** @param {number} index */
  select(index) {
    const height = this.options.height();
    this.selected = index;
    if (index * height < this.box.scrollTop) this.box.scrollTop = index * height;
    if ((index + 1) * height > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = (index + 1) * height - this.box.clientHeight;
    this.refresh();
  }

  draw() {
    if (this.pressed) return;
    const { need } = this.options;
    const height = this.options.height();
    this.body.style.height = `${this.total * height}px`;
    const from = Math.max(0, Math.floor(this.box.scrollTop / height) - spare);
    const to = Math.min(this.total, Math.ceil((this.box.scrollTop + this.box.clientHeight) / height) + spare);
    const drawn = [];
    let missing = false;
    for (let i = from; i < to; i++) {
      missing ||= this.rows[i] === undefined;
      drawn.push(this.row(i));
    }
    this.body.replaceChildren(...drawn);
    if (this.selected >= 0) this.box.setAttribute('aria-activedescendant', `${this.name}-${this.selected}`);
    if (missing && need) need(from, to);
  }

  /** @param {number} i */
  row(i) {
    const { render, open } = this.options;
    const height = this.options.height();
    const row = this.rows[i];
    const node = row === undefined ? el('div', { class: 'waiting' }, '…') : render(row);
    node.classList.add('row');
    node.id = `${this.name}-${i}`;
    node.setAttribute('role', 'option');
    node.setAttribute('aria-selected', String(i === this.selected));
    node.setAttribute('aria-posinset', String(i + 1));
    node.setAttribute('aria-setsize', String(this.total));
    node.style.transform = `translateY(${i * height}px)`;
    node.style.height = `${height}px`;
    if (row !== undefined && open) {
      node.addEventListener('click', () => {
        this.selected = i;
        open(row);
      });
    }
    return node;
  }
}
