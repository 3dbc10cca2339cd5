// The state of a world as columns of cards. An API brings what they are; nothing here knows one.

import { change, changeBy, elsewhere, get, reach, there } from './api.js';
import { button, byID, closeButton, cut, doing, el, long, openDialog, pretty, say } from './dom.js';
import { holdFocus, oneStop } from './focus.js';
import { replace, WindowedList } from './list.js';

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} value
 * @property {number} [bytes] of the whole value, where this is its beginning
 */

/**
 * @typedef {object} Input
 * @property {string} name member of the body; "" for the whole body
 * @property {string} label
 * @property {'text'|'number'|'json'} kind
 * @property {string} [value]
 */

/**
 * @typedef {object} Action
 * @property {string} label
 * @property {string} method
 * @property {string} path below the world, or with vendor from the root of the server
 * @property {boolean} [vendor]
 * @property {Record<string, string>} [headers]
 * @property {any} [body]
 * @property {Input[]} [inputs]
 */

/**
 * @typedef {object} Card
 * @property {string} id
 * @property {string} title
 * @property {string} [note]
 * @property {Field[]} [fields]
 * @property {Action[]} [actions]
 */

/**
 * @typedef {object} Column
 * @property {string} id
 * @property {string} title
 * @property {number} total
 * @property {Card[]} cards
 * @property {string} [note]
 */

/**
 * @typedef {object} Board
 * @property {string} api
 * @property {string} id
 * @property {string} title
 * @property {string} [note]
 * @property {string} [gone] what a card is that left
 * @property {Column[]} columns
 * @property {Action[]} [actions]
 */

const page = 100; // cards that one look brings

export class BoardsView {
  /** @param {string} world path of the world below the control API */
  constructor(world) {
    this.world = world;
    /** @type {Map<string, BoardView>} */
    this.boards = new Map();
    /** @type {Promise<void>|null} */
    this.loading = null;
    this.again = false;
    /** @type {number|null} the moment that is looked back to, null for the state as it is */
    this.moment = null;
    /** Hears of each look at the state as it is. @type {(state: {sequence: number, first: number, last: number}) => void} */
    this.looked = () => {};
    /** Opens the exchange of a method and a path whose answer had an id. @type {(method: string, path: string, id: string) => Promise<void>} */
    this.why = async () => {};
  }

  /** @param {number|null} moment */
  async at(moment) {
    if (moment === null && this.moment === null) return;
    this.moment = moment;
    await this.refresh();
  }

  /** Forgets what left: the world was made anew, and nothing left it. */
  clear() {
    for (const board of this.boards.values()) board.clear();
  }

  /** Looks at the state again: one look at a time, and one more when something changed meanwhile. @returns {Promise<void>} */
  refresh() {
    this.again = true;
    this.loading ??= this.look().finally(() => (this.loading = null));
    return this.loading;
  }

  async look() {
    while (this.again) {
      this.again = false;
      const asked = this.moment;
      const state = await get(this.path());
      this.looked(state);
      if (asked === this.moment) this.show(state);
    }
  }

  path(more = '') {
    const moment = this.moment === null ? '' : `&moment=${this.moment}`;
    return `${this.world}/state?limit=${page}${moment}${more}`;
  }

  /** @param {{boards: Board[]}} state */
  show(state) {
    const keys = new Set(state.boards.map(keyOf));
    for (const [key, view] of this.boards) {
      if (keys.has(key)) continue;
      view.node.remove();
      this.boards.delete(key);
    }
    const nodes = [];
    for (const board of state.boards) {
      let view = this.boards.get(keyOf(board));
      if (!view) {
        view = new BoardView(this, board);
        this.boards.set(keyOf(board), view);
      }
      view.show(board);
      nodes.push(view.node);
    }
    replace(byID('boards'), nodes); // in the order of the state, wherever a new one stands
  }
}

/** @param {Board} board */
const keyOf = (board) => `${board.api} ${board.id}`;

class BoardView {
  /**
   * @param {BoardsView} boards
   * @param {Board} board
   */
  constructor(boards, board) {
    this.boards = boards;
    /** @type {Map<string, ColumnView>} */
    this.columns = new Map();
    this.title = el('h3', {});
    this.note = el('p', { class: 'quiet' });
    this.actions = el('div', {});
    this.body = el('div', { class: 'columns' });
    this.node = el('section', { class: 'board', 'aria-label': board.title }, this.title, this.note, this.actions, this.body);
    this.shownActions = '';
    /** @type {Map<string, Card>} cards of the last look */
    this.seen = new Map();
    /** @type {Card[]} cards that left, newest first */
    this.gone = [];
  }

  clear() {
    this.seen = new Map();
    this.gone = [];
  }

  /**
   * Notes the cards that left the board since the last look. The server does not keep them; the page does while it is open.
   * @param {Board} board
   */
  noteGone(board) {
    const now = new Map(board.columns.flatMap((c) => c.cards).map((c) => [c.id, c]));
    const whole = board.columns.every((c) => c.cards.length === c.total); // otherwise a card may only be out of sight
    if (whole) {
      for (const [id, card] of this.seen) if (!now.has(id)) this.gone.unshift({ ...card, actions: [] });
      this.gone = this.gone.filter((c) => !now.has(c.id)).slice(0, page);
    }
    this.seen = now;
    const note = whole ? `seen by this page, the latest ${page}` : `not noted: a column has more than ${page}`;
    return { id: 'gone', title: board.gone || 'gone', total: this.gone.length, cards: this.gone, note };
  }

  /** @param {Board} board */
  show(board) {
    this.title.replaceChildren(el('span', { class: 'tag' }, board.api), ' ', el('span', {}, cut(board.title, 120)));
    this.note.replaceChildren(el('span', {}, cut(board.note || '', 300)));
    const actions = JSON.stringify(board.actions || []);
    if (actions !== this.shownActions) {
      this.shownActions = actions; // kept while they stay the same, so that a focus or an open form is not lost
      const back = holdFocus();
      this.actions.replaceChildren(...actionLines(this.boards, board.actions));
      back();
    }
    const gone = this.boards.moment === null ? [this.noteGone(board)] : [];
    for (const [id, view] of this.columns) view.node.hidden = id === 'gone' && gone.length === 0;
    for (const column of [...board.columns, ...gone]) {
      let view = this.columns.get(column.id);
      if (!view) {
        view = new ColumnView(this.boards, board, column);
        this.columns.set(column.id, view);
        this.body.append(view.node);
      }
      view.show(column);
    }
  }
}

class ColumnView {
  /**
   * @param {BoardsView} boards
   * @param {Board} board
   * @param {Column} column
   */
  constructor(boards, board, column) {
    this.boards = boards;
    this.board = board;
    this.id = column.id;
    this.count = el('span', { class: 'count' });
    this.note = el('small', {});
    this.box = el('div', { class: 'cards' });
    this.node = el('section', { class: 'column' }, el('h4', {}, column.title, ' ', this.count), this.box, this.note);
    /** @type {(Card|undefined)[]} */
    this.cards = [];
    /** @type {Set<string>} */
    this.known = new Set();
    this.asking = false;
    this.next = -1; // a place that was scrolled to meanwhile
    /** @type {WindowedList<Card>} */
    this.list = new WindowedList(this.box, {
      height: () => 44, label: `${board.title}, ${column.title}`, key: (c) => c.id, render: (c) => this.card(c), open: (c) => openCard(this, c), need: (from) => this.more(from),
    });
  }

  /** @param {Column} column */
  show(column) {
    const before = this.known;
    this.known = new Set(column.cards.map((c) => c.id));
    this.fresh = before.size ? new Set(column.cards.filter((c) => !before.has(c.id)).map((c) => c.id)) : new Set();
    const read = column.cards.length;
    const behind = this.cards.slice(read, column.total); // what was read of them stays until it is read again
    this.cards = column.cards.concat(/** @type {Card[]} */ (behind));
    this.cards.length = column.total;
    this.count.textContent = String(column.total);
    this.note.textContent = column.note || '';
    this.list.set(this.cards, column.total);
    const from = this.list.first();
    if (from + page / 2 > read && read < column.total) this.more(Math.max(0, from - page / 4));
  }

  /** @param {Card} card */
  card(card) {
    return el('div', { class: this.fresh?.has(card.id) ? 'card fresh' : 'card' },
      el('span', { class: 'title' }, cut(card.title, 80)), el('span', { class: 'note' }, cut(card.note || '', 120)));
  }

  /**
   * Reads a field of which the card has the beginning. What left the column is not there any more.
   * @param {Card} card
   * @param {string} name
   * @returns {Promise<string>}
   */
  async whole(card, name) {
    const q = new URLSearchParams({ api: this.board.api, board: this.board.id, card: card.id });
    const gone = 'it is not there any more; look back to see it';
    const state = await get(this.boards.path(`&${q}`)).catch((error) => {
      throw error.code === 'unknown-card' ? new Error(gone) : error;
    });
    const found = state.boards[0]?.columns.flatMap((/** @type {Column} */ c) => c.cards)[0]?.fields.find((/** @type {Field} */ f) => f.name === name);
    if (!found) throw new Error(gone);
    return pretty(found.value);
  }

  /**
   * Brings the cards around a place that was scrolled to.
   * @param {number} from
   */
  async more(from) {
    if (this.asking) {
      this.next = from;
      return;
    }
    this.asking = true;
    this.next = -1;
    try {
      const q = new URLSearchParams({ api: this.board.api, board: this.board.id, column: this.id, offset: String(from) });
      const state = await get(this.boards.path(`&${q}`));
      const column = state.boards[0]?.columns[0];
      if (!column) return;
      this.cards = this.cards.slice();
      column.cards.forEach((/** @type {Card} */ card, /** @type {number} */ i) => (this.cards[from + i] = card));
      this.cards.length = column.total;
      this.list.set(this.cards, column.total);
    } catch (error) {
      say(String(error), 'failed');
    } finally {
      this.asking = false;
    }
    if (this.next >= 0) await this.more(this.next);
  }
}

/**
 * @param {ColumnView} column
 * @param {Card} card
 */
function openCard(column, card) {
  const fields = card.fields || [];
  openDialog({ 'aria-label': cut(card.title, 120) }, (close) => [
    el('header', {}, el('h2', {}, cut(card.title, 120)), closeButton(close)),
    card.note && !fields.some((f) => f.value === card.note) && el('p', { class: 'quiet' }, cut(card.note, 1000)),
    ...actionLines(column.boards, card.actions, close),
    el('dl', {}, ...fields.flatMap((f) => [el('dt', {}, f.bytes ? `${f.name}, ${f.bytes} bytes` : f.name), el('dd', {}, long(f.name, pretty(f.value), f.bytes ? () => column.whole(card, f.name) : undefined))])),
  ]);
}

/**
 * The buttons for some actions: what makes the vendor do something, and what a client asks of it.
 * @param {BoardsView} boards
 * @param {Action[]} [actions]
 * @param {() => void} [done]
 */
function actionLines(boards, actions = [], done) {
  const line = (/** @type {string} */ title, /** @type {Action[]} */ some) => {
    const bar = el('div', { class: 'actions', role: 'toolbar', 'aria-label': title }, el('span', { class: 'side' }, title), ...some.map((a) => actionButton(boards, a, done)),
      elsewhere && some.some((a) => a.vendor) && el('span', { class: 'quiet' }, `The API listens at ${elsewhere}, an address that a browser lets this page not call. Call it from a program.`));
    oneStop(bar, 'button');
    return bar;
  };
  const sides = [{ title: 'make happen', some: actions.filter((a) => !a.vendor) }, { title: 'call the API', some: actions.filter((a) => a.vendor) }];
  return sides.filter(({ some }) => some.length > 0).map(({ title, some }) => line(title, some));
}

/**
 * A button for an action that an API describes; a form where it asks for something.
 * @param {BoardsView} boards
 * @param {Action} action
 * @param {() => void} [done]
 */
function actionButton(boards, action, done = () => {}) {
  const { world } = boards;
  const run = async (/** @type {string|undefined} */ body) => {
    if (action.vendor) {
      const answer = await callVendor(world, action, body);
      say(`${action.label}: ${answer.text}`, 'done', button('Why?', () => boards.why(action.method, action.path.split('?')[0], answer.id))); // a refusal is an answer like any other
    } else {
      await changeBy(action.method, world + action.path, body);
      say(`${action.label}: done`);
    }
    done();
  };
  const click = action.inputs?.length ? async () => askInputs(action, run) : () => run(action.body === undefined ? undefined : JSON.stringify(action.body));
  return el('button', { type: 'button', disabled: Boolean(action.vendor && elsewhere), onclick: doing(click) }, action.label);
}

/** A token of the world for calls of the vendor's API, minted when the first is made. @type {Promise<string>|undefined} */
let token;

/** Forgets the token: a world that was made anew does not know it, and to the server it would be the name of another world. */
export function forgetToken() {
  token = undefined;
}

/**
 * Calls the vendor's own API, as a client of the world does.
 * @param {string} world
 * @param {Action} action
 * @param {string} [body] JSON
 */
async function callVendor(world, action, body) {
  if (await there(world)) forgetToken(); // to the API, a token of a world that is gone opens another one
  token ??= change('POST', `${world}/tokens`, {}).then((minted) => minted.token);
  token.catch(forgetToken); // so that the next call asks again
  const mine = await token;
  const fill = (/** @type {string} */ text) => text.replaceAll('{token}', mine);
  const headers = Object.fromEntries(Object.entries({ 'Content-Type': 'application/json', ...action.headers }).map(([name, value]) => [name, fill(value)]));
  const answer = await reach(fill(action.path), { method: action.method, headers, body: body === undefined ? undefined : fill(body) });
  return { id: answer.headers.get('X-Request-Id') || '', text: `${answer.status} ${cut(await answer.text(), 300)}` };
}

/**
 * @param {Action} action
 * @param {(body: string) => Promise<void>} run
 */
function askInputs(action, run) {
  const inputs = (action.inputs || []).map((i) => ({ of: i, node: i.kind === 'json' ? el('textarea', { rows: 8, spellcheck: false }, i.value || '') : el('input', { type: i.kind, value: i.value || '' }) }));
  openDialog({ 'aria-label': action.label }, (close) => {
    const form = el('form', {}, el('h2', {}, action.label), ...inputs.map(({ of, node }) => el('label', {}, el('span', {}, of.label), node)),
      el('p', { class: 'actions' }, el('button', {}, action.label), el('button', { type: 'button', class: 'plain', onclick: close }, 'Cancel')));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      doing(async () => {
        await run(withInputs(action.body, inputs.map(({ of, node }) => ({ of, text: node.value }))));
        close();
      })();
    });
    return [form];
  });
}

/**
 * The JSON of a body. What somebody wrote as JSON goes into it as it is: parsing would round its numbers.
 * @param {any} body
 * @param {{of: Input, text: string}[]} given
 */
function withInputs(body, given) {
  const members = new Map(Object.entries(body ?? {}).map(([name, value]) => [name, JSON.stringify(value)]));
  for (const { of, text } of given) {
    if (text === '' && of.kind !== 'json') continue;
    const value = of.kind === 'text' ? JSON.stringify(text) : checked(of, text);
    if (of.name === '') return value;
    members.set(of.name, value);
  }
  return `{${[...members].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;
}

/**
 * @param {Input} input
 * @param {string} text
 */
function checked(input, text) {
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new Error(`${input.label}: ${error instanceof Error ? error.message : error}`);
  }
}
