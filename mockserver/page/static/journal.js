// The exchanges of a world, newest first, and what is known of each.

import { get, send } from './api.js';
import { byID, copy, cut, doing, el } from './dom.js';
import { WindowedList } from './list.js';
import { curl, goTest, javascript } from './snippets.js';

/**
 * @typedef {object} Message
 * @property {Record<string, string[]>} [headers]
 * @property {string} [body]
 * @property {boolean} [base64]
 * @property {boolean} [truncated]
 */

/**
 * @typedef {object} Entry
 * @property {number} sequence
 * @property {boolean} [command]
 * @property {string} at
 * @property {string} [took]
 * @property {string} [api]
 * @property {string} operation
 * @property {string} method
 * @property {string} path
 * @property {string} [query]
 * @property {number} status
 * @property {string[]} requirements
 * @property {string} [transition]
 * @property {number} [moment]
 * @property {string} [fault]
 * @property {string} [mutant]
 * @property {Message} [request]
 * @property {Message} [response]
 */

const most = 5000; // exchanges that the page keeps

export class JournalView {
  /**
   * @param {string} world path of the world below the control API
   * @param {import('./contract.js').Contracts} contracts
   * @param {(entry: Entry) => Promise<void>} lookBack shows the state after an exchange
   */
  constructor(world, contracts, lookBack) {
    this.world = world;
    this.lookBack = lookBack;
    this.contracts = contracts;
    /** @type {Entry[]} newest first */
    this.entries = [];
    /** @type {WindowedList<Entry>} */
    this.list = new WindowedList(byID('journal'), { height: 30, label: 'exchanges, newest first', render: (e) => this.row(e), open: (e) => this.show(e.sequence) });
    for (const id of ['filter-text', 'filter-status']) byID(id).addEventListener('input', () => this.refresh());
  }

  async load() {
    const journal = await get(`${this.world}/journal?limit=${most}`);
    this.entries = journal.entries.reverse();
    this.refresh();
  }

  /** @param {Entry} entry */
  add(entry) {
    if (this.entries.length && this.entries[0].sequence >= entry.sequence) return; // seen before a reconnection
    this.entries.unshift(entry);
    this.entries.length = Math.min(this.entries.length, most);
    this.refresh();
  }

  clear() {
    this.entries = [];
    this.refresh();
  }

  refresh() {
    const text = /** @type {HTMLInputElement} */ (byID('filter-text')).value.toLowerCase();
    const status = /** @type {HTMLSelectElement} */ (byID('filter-status')).value;
    const shown = text || status ? this.entries.filter((e) => matches(e, text, status)) : this.entries;
    this.list.set(shown);
    byID('journal-count').textContent = shown.length === this.entries.length ? `${shown.length}` : `${shown.length} of ${this.entries.length}`;
  }

  /**
   * Shows an exchange whole. Events carry no bodies, so it is read from the journal.
   * @param {number} sequence
   */
  async show(sequence) {
    await doing(async () => {
      const journal = await get(`${this.world}/journal?sequence=${sequence}`);
      if (!journal.entries.length) throw new Error(`exchange ${sequence} is no longer kept`);
      this.open(journal.entries[0]);
    })();
  }

  /** @param {Entry} entry */
  open(entry) {
    const close = el('button', { type: 'button', class: 'plain', onclick: () => dialog.close() }, 'Close');
    const dialog = el('dialog', { class: 'wide', 'aria-label': `exchange ${entry.sequence}` },
      el('header', {}, el('h2', {}, `${entry.sequence} · ${entry.operation || 'no operation'}`), close),
      el('p', { class: 'line' }, mark(entry), ` ${entry.method} ${entry.path}${entry.query ? `?${entry.query}` : ''} · ${entry.took || ''} · ${entry.at}`),
      entry.transition && el('p', {}, el('strong', {}, 'changed: '), entry.transition),
      ...tampered(entry),
      el('h3', {}, 'Sentences that decided the answer'),
      this.sentences(entry),
      el('div', { class: 'pair' }, half('Request', entry.request), half('Answer', entry.response)),
      el('p', { class: 'actions' },
        button('Show the state after this', async () => {
          dialog.close();
          await this.lookBack(entry);
        }),
        button('Copy as curl', () => copy(curl(entry), 'curl command')),
        button('Copy as Go test', () => copy(goTest(entry), 'Go test')),
        button('Copy as JavaScript', () => copy(javascript(entry), 'JavaScript'))));
    dialog.addEventListener('close', () => dialog.remove());
    byID('dialogs').append(dialog);
    dialog.showModal();
  }

  /** @param {Entry} e */
  row(e) {
    return el('div', { class: e.fault || e.mutant ? 'exchange tampered' : 'exchange' },
      el('span', { class: 'number' }, e.sequence), mark(e),
      el('span', { class: 'what', title: `${e.method} ${e.path}` }, e.operation || `${e.method} ${e.path}`),
      el('span', { class: 'why' }, cut(e.transition || this.telling(e.requirements).join(', '), 160)),
      el('span', { class: 'took' }, e.took || ''));
  }

  /**
   * Names sentences shortly, those that speak of one operation before those that speak of all.
   * @param {string[]} ids
   */
  telling(ids) {
    const own = ids.filter((id) => this.contracts.requirement(id)?.operation);
    return [...own, ...ids.filter((id) => !own.includes(id))].map((id) => id.split('/').slice(1).join('/'));
  }

  /** @param {Entry} entry */
  sentences(entry) {
    if (!entry.requirements.length) return el('p', { class: 'quiet' }, 'none');
    return el('ul', { class: 'sentences' }, ...entry.requirements.map((id) => {
      const r = this.contracts.requirement(id);
      return el('li', {}, el('code', {}, id), ' ', r ? el('span', {}, `${r.text} `, el('small', {}, `${r.level}, ${r.basis}: ${r.source}`)) : '');
    }));
  }

  /** @param {'go'|'curl'} format */
  async copyAll(format) {
    await copy(await (await send(`${this.world}/journal?format=${format}`)).text(), format === 'go' ? 'Go test of the whole journal' : 'shell script of the whole journal');
  }
}

/** @param {Entry} e */
function mark(e) {
  const kind = e.status === 0 ? 'reset' : `s${Math.floor(e.status / 100)}`;
  return el('span', { class: `status ${kind}` }, e.status || 'reset');
}

/** @param {Entry} e */
function tampered(e) {
  return [e.fault && el('p', { class: 'warning' }, `fault: ${e.fault}`), e.mutant && el('p', { class: 'warning' }, `broken vendor: ${e.mutant}`)];
}

/**
 * @param {string} title
 * @param {Message} [message]
 */
function half(title, message = {}) {
  const headers = Object.entries(message.headers || {}).map(([name, values]) => `${name}: ${values.join(', ')}`);
  const note = [message.base64 && 'shown in base64', message.truncated && 'cut by the journal'].filter(Boolean).join(', ');
  return el('section', {}, el('h3', {}, title),
    el('pre', { tabindex: 0, 'aria-label': `${title}, headers` }, headers.join('\n')),
    el('pre', { tabindex: 0, 'aria-label': `${title}, body` }, cut(pretty(message), 100000)),
    note && el('p', { class: 'quiet' }, note));
}

/** @param {Message} message */
function pretty(message) {
  if (!message.body || message.base64 || message.body.length > 100000) return message.body || '(no body)';
  // Numbers would be rounded by parsing, so the text stays as it was sent unless it has none that is long.
  if (/\d{15}|\.\d+|[eE][+-]?\d/.test(message.body)) return message.body;
  try {
    return JSON.stringify(JSON.parse(message.body), null, 2);
  } catch {
    return message.body;
  }
}

/**
 * @param {Entry} e
 * @param {string} text in lower case
 * @param {string} status first digit, "" for any
 */
function matches(e, text, status) {
  if (status && String(Math.floor(e.status / 100)) !== status) return false;
  return !text || [e.operation, e.method, e.path, e.query, e.transition, e.fault, e.mutant, String(e.status), ...e.requirements].some((part) => part && part.toLowerCase().includes(text));
}

/**
 * @param {string} label
 * @param {() => Promise<unknown>} action
 */
function button(label, action) {
  return el('button', { type: 'button', onclick: doing(action) }, label);
}
