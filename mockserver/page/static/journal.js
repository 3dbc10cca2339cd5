// The exchanges of a world, newest first, and what is known of each.

import { get, send, vendors } from './api.js';
import { button, byID, closeButton, copy, cut, doing, el, long, openDialog, pretty, prose, visible } from './dom.js';
import { WindowedList } from './list.js';
import { sentence } from './sentence.js';
import { curl, goTest, javascript } from './snippets.js';

/**
 * @typedef {object} Message
 * @property {Record<string, string[]>} [headers]
 * @property {string} [body]
 * @property {boolean} [base64]
 * @property {boolean} [truncated]
 */

/**
 * What the client sent that nobody read.
 * @typedef {object} Unread
 * @property {'query'|'header'|'body'} in
 * @property {string} name
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
 * @property {Unread[]} [unread]
 * @property {Message} [request]
 * @property {Message} [response]
 */

/**
 * Where the journal goes on from what the server had written down.
 * @typedef {object} Resumed
 * @property {string} at
 * @property {number} after
 * @property {boolean} [whole] nothing is missing
 */

export const most = 5000; // exchanges that the page keeps
const searchAfter = 200; // milliseconds without another key
const searchAgain = 1000; // between two searches while exchanges come

export class JournalView {
  /**
   * @param {string} world path of the world below the control API
   * @param {import('./contract.js').Contracts} contracts
   * @param {(entry: Entry) => Promise<void>} lookBack shows the state after an exchange
   * @param {string} name of the world
   */
  constructor(world, contracts, lookBack, name) {
    this.world = world;
    this.name = name;
    this.lookBack = lookBack;
    this.contracts = contracts;
    /** @type {Entry[]} newest first */
    this.entries = [];
    /** @type {Entry[]} those that came since the journal was last read, newest first */
    this.late = [];
    /** @type {Resumed|undefined} */
    this.resumed = undefined;
    this.total = 0; // exchanges that the world has seen
    const lines = matchMedia('(min-width: 1800px)'); // as in style.css
    /** @type {WindowedList<Entry>} */
    this.list = new WindowedList(byID('journal'), {
      height: () => (lines.matches ? 30 : 46), label: 'exchanges, newest first', key: (e) => e.sequence, render: (e) => this.row(e), open: (e) => this.show(e.sequence), above: (n) => this.offerNew(n),
    });
    byID('journal-new').addEventListener('click', () => {
      this.list.toTop();
      byID('journal').focus();
    });
    this.planned = false;
    this.chosen = false;
    this.searching = 0;
    /** @type {Set<number>} exchanges that have the text somewhere in their messages */
    this.found = new Set();
    this.offerNames();
    for (const id of ['filter-operation', 'filter-status', 'filter-sentence']) byID(id).addEventListener('input', () => this.refresh(true));
    byID('filter-text').addEventListener('input', () => {
      this.found = new Set();
      this.refresh(true);
      this.search();
    });
  }

  /** Lists what can be filtered by. */
  offerNames() {
    const { apis } = this.contracts;
    byID('filter-operation').append(...apis.flatMap((api) => api.operations.map((o) => el('option', { value: o }, o))));
    byID('known-sentences').append(...apis.flatMap((api) => api.requirements.map((r) => el('option', { value: r.id }))));
  }

  /** Notes that the journal is being read. */
  reading() {
    this.late = [];
  }

  /**
   * Takes over what the journal has, beside what came while it was read.
   * @param {{entries: Entry[], resumed?: Resumed}} journal oldest first
   */
  load({ entries, resumed }) {
    this.resumed = resumed;
    const read = entries.filter((e) => !e.command).reverse();
    const newest = read[0]?.sequence || 0;
    this.entries = [...this.late.filter((e) => e.sequence > newest), ...read].slice(0, most);
    this.late = [];
    this.refresh();
  }

  /**
   * Opens the exchange whose answer had an id, or else the newest of a method and a path.
   * @param {string} method
   * @param {string} path
   * @param {string} id
   */
  async answered(method, path, id) {
    const { entries } = await get(`${this.world}/journal?${new URLSearchParams({ method, path, limit: '1', brief: 'true', ...(id && { text: id }) })}`);
    if (!entries.length) throw new Error('the exchange is no longer kept');
    await this.show(entries[0].sequence);
  }

  /**
   * Has the server look for the text in the messages, which the page does not hold.
   * @param {number} [after] milliseconds
   */
  search(after = searchAfter) {
    clearTimeout(this.searching);
    this.searching = 0;
    const wanted = text();
    if (!wanted) return;
    this.searching = window.setTimeout(doing(async () => {
      this.searching = 0; // what comes from now on is looked for again
      const journal = await get(`${this.world}/journal?${new URLSearchParams({ text: wanted, brief: 'true', limit: String(most) })}`);
      if (wanted !== text()) return;
      this.found = new Set(journal.entries.map((/** @type {Entry} */ e) => e.sequence));
      this.refresh();
    }), after);
  }

  /** @param {Entry} entry */
  add(entry) {
    this.late.unshift(entry);
    this.late.length = Math.min(this.late.length, most);
    if (this.entries.length && this.entries[0].sequence >= entry.sequence) return; // seen before a reconnection
    this.entries.unshift(entry);
    this.entries.length = Math.min(this.entries.length, most);
    this.refresh();
    if (text() && !this.searching) this.search(searchAgain); // a search that waits is not put off, however many come
  }

  /** @param {number} total exchanges that the world has seen */
  seen(total) {
    if (total === this.total) return;
    this.total = total;
    if (!this.entries.length) this.refresh();
  }

  /** Forgets what was selected: the numbers are those of other exchanges now. */
  forget() {
    this.list.toTop();
  }

  /** @param {number} rows that came above what is read */
  offerNew(rows) {
    const button = byID('journal-new');
    const text = `${rows} new`;
    if (button.textContent !== text) button.textContent = text;
    button.hidden = rows === 0;
  }

  /**
   * Draws at the next frame, however many exchanges come before it.
   * @param {boolean} [chosen] whether somebody chose other exchanges
   */
  refresh(chosen = false) {
    this.chosen ||= chosen;
    if (this.planned) return;
    this.planned = true;
    requestAnimationFrame(() => {
      this.planned = false;
      this.draw();
    });
  }

  draw() {
    const wanted = { text: text().toLowerCase(), status: value('filter-status'), operation: value('filter-operation'), sentences: this.contracts.saying(value('filter-sentence')) };
    const shown = Object.values(wanted).some(Boolean) ? this.entries.filter((e) => matches(e, wanted, this.found)) : this.entries;
    if (this.chosen) this.list.rest();
    this.list.set(shown.slice());
    if (this.chosen) this.list.reveal();
    this.chosen = false;
    this.list.draw();
    this.tellMissing();
    byID('journal').hidden = this.entries.length === 0;
    byID('journal-count').textContent = shown.length === this.entries.length ? `${shown.length}` : `${shown.length} of ${this.entries.length}`;
  }

  /** Says where the journal begins: an empty one is no sign that nobody has called. */
  tellMissing() {
    const { resumed, total } = this;
    const oldest = this.entries.at(-1)?.sequence ?? total + 1;
    const lines = [];
    if (this.entries.length === most) lines.push(`The page keeps the latest ${most} exchanges.`);
    else if (oldest > 1) lines.push(`Exchanges before ${oldest} are no longer kept.`);
    if (resumed && (resumed.after || !resumed.whole)) {
      lines.push(`The server read this world again at ${resumed.at.replace(/\.\d+/, '')}, as after a restart.`, resumed.after >= oldest
        ? `Exchange ${resumed.after} is the last that it had written down: ${resumed.whole ? 'none is missing' : 'what came in about a second before may be missing'}.`
        : 'Nothing that came before is here.');
    }
    if (lines.length && !this.entries.length) lines.push('What comes from now on becomes a line here.');
    const text = lines.join(' ');
    const node = byID('journal-missing');
    if (node.textContent !== text) node.textContent = text;
    node.hidden = text === '';
    byID('no-exchanges').hidden = this.entries.length > 0 || text !== '';
  }

  /**
   * Shows an exchange whole. Events carry no bodies, so it is read from the journal.
   * @param {number} sequence
   */
  async show(sequence) {
    await doing(async () => {
      const journal = await get(`${this.world}/journal?unread=true&sequence=${sequence}`);
      if (!journal.entries.length) throw new Error(`exchange ${sequence} is no longer kept`);
      this.open(journal.entries[0]);
    })();
  }

  /** @param {Entry} entry */
  open(entry) {
    openDialog({ class: 'wide', 'aria-label': `exchange ${entry.sequence}` }, (close) => [
      el('header', {}, el('h2', {}, `${entry.sequence} · ${entry.operation || 'no operation'}`), closeButton(close)),
      el('p', { class: 'line' }, mark(entry), ` ${entry.method} ${entry.path}${entry.query ? `?${entry.query}` : ''} · ${entry.took || ''} · ${entry.at}`),
      entry.transition ? el('p', {}, el('strong', {}, 'changed: '), entry.transition) : null,
      ...tampered(entry),
      el('h3', {}, 'Sentences that decided the answer'),
      this.sentences(entry),
      ...unread(entry),
      el('div', { class: 'pair' }, half('Request', entry.request), half('Answer', entry.response)),
      el('p', { class: 'actions' },
        button('Show the state after this', async () => {
          close();
          await this.lookBack(entry);
        }),
        button('Copy as curl', () => copy(curl(entry, this.name, vendors()), 'curl command')),
        button('Copy as Go test', () => copy(goTest(entry, this.name, vendors()), 'Go test')),
        button('Copy as JavaScript', () => copy(javascript(entry, this.name, vendors()), 'JavaScript'))),
    ]);
  }

  /** @param {Entry} e */
  row(e) {
    return el('div', { class: e.fault || e.mutant ? 'exchange tampered' : 'exchange' },
      el('span', { class: 'number' }, e.sequence), mark(e),
      el('span', { class: 'what', title: visible(`${e.method} ${e.path}`) }, ...tags(e).flatMap((tag) => [tag, ' ']), e.operation || `${e.method} ${e.path}`),
      el('span', { class: 'why' }, cut(why(e), 160)),
      el('span', { class: 'took' }, e.took || ''));
  }

  /** @param {Entry} entry */
  sentences(entry) {
    if (!entry.requirements.length) return el('p', { class: 'quiet' }, 'none');
    return el('ul', { class: 'sentences' }, ...entry.requirements.map((id) => {
      const r = this.contracts.requirement(id);
      return el('li', {}, r ? sentence(r, { class: 'sentence' }, el('code', { class: 'id' }, id), ' ', ...prose(r.text)) : el('code', {}, id));
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

/** What decided the answer, the sentence that did first, and what came of it. @param {Entry} e */
function why(e) {
  const [first, ...others] = e.requirements.map((id) => id.split('/').slice(1).join('/'));
  return [first, e.transition || others.join(', ')].filter(Boolean).join(' · ');
}

/** What a row says before the operation, in words. @param {Entry} e */
function tags(e) {
  return [e.fault && el('span', { class: 'tag odd' }, 'fault'), e.mutant && el('span', { class: 'tag odd' }, 'broken vendor'),
    e.unread?.length && el('span', { class: 'tag unread' }, `${e.unread.length} unread`)].filter((tag) => tag instanceof Node);
}

/** @param {Entry} e */
function tampered(e) {
  return [e.fault && el('p', { class: 'warning' }, `fault: ${e.fault}`), e.mutant && el('p', { class: 'warning' }, `broken vendor: ${e.mutant}`)];
}

/** @param {Entry} e */
function unread(e) {
  if (!e.unread?.length) return [];
  return [el('h3', {}, 'Sent, and read by nobody'), el('p', { class: 'quiet' }, 'The document of the operation has no place for it.'),
    el('ul', { class: 'unread' }, ...e.unread.map((u) => el('li', {}, u.in === 'body' ? (u.name ? 'member ' : 'the whole body') : u.in === 'query' ? 'parameter ' : 'header ', el('code', {}, u.name))))];
}

/** @param {string} id of an input */
function value(id) {
  return /** @type {HTMLInputElement} */ (byID(id)).value;
}

/** The text that is looked for: what a hand leaves round it says nothing. */
function text() {
  return value('filter-text').trim();
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
    long(`${title}, body`, shown(message)),
    note && el('p', { class: 'quiet' }, note));
}

/** @param {Message} message */
function shown(message) {
  return message.base64 ? message.body || '' : pretty(message.body || '(no body)');
}

/**
 * @param {Entry} e
 * @param {{text: string, status: string, operation: string, sentences: Set<string>|null}} wanted text in lower case, first digit of the status; "" or null for any
 * @param {Set<number>} found exchanges that have the text in their messages
 */
function matches(e, wanted, found) {
  if (wanted.status && String(Math.floor(e.status / 100)) !== wanted.status) return false;
  if (wanted.operation && e.operation !== wanted.operation) return false;
  if (wanted.sentences && !e.requirements.some((id) => wanted.sentences?.has(id))) return false;
  return !wanted.text || found.has(e.sequence) || [e.operation, `${e.method} ${e.path}${e.query ? `?${e.query}` : ''}`, why(e), e.transition, e.fault, e.mutant, String(e.status), e.took, ...tags(e).map((tag) => tag.textContent), ...e.requirements]
    .some((part) => part && part.toLowerCase().includes(wanted.text));
}
