// Small helpers to build a page. Whatever comes from outside becomes text, never markup.

import { holdFocus } from './focus.js';

/**
 * Makes an element. Strings become text nodes.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} [attributes] names that start with "on" are listeners; true and false set or leave out
 * @param {...(Node|string|number|null|undefined|false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, exact.has(name) ? String(value) : visible(String(value)));
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== false).map((c) => (c instanceof Node ? c : visible(String(c)))));
  return node;
}

/**
 * Finds an element that the page is known to have.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byID(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return /** @type {T} */ (found);
}

const mostSaid = 5; // messages at a time

const exact = new Set(['value', 'href']); // attributes that are used and not shown

// Control characters, and those that turn the direction of text around. Line breaks and tabs stay.
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Shows characters that cannot be seen, or that would reorder their neighbours, as escapes.
 * @param {string} text
 */
export function visible(text) {
  return text.replace(hidden, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Indents a text that is JSON.
 * @param {string} text
 */
export function pretty(text) {
  if (!/^\s*[[{]/.test(text) || text.length > 100000) return text;
  const outside = text.replace(/"(?:[^"\\]|\\.)*"/g, '""'); // numbers that parsing would round stay as they were sent
  if (/\d{15}|\.\d|[eE][+-]?\d/.test(outside)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const worthCutting = 30; // characters: what says how many are missing is as long

/**
 * Cuts a long text, and says how much is missing.
 * @param {string} text
 * @param {number} most characters
 */
export function cut(text, most) {
  return text.length <= most + worthCutting ? text : `${text.slice(0, most)}… (${text.length - most} more characters)`;
}

const shownAtFirst = 20000; // characters of a long text

/**
 * A text that may be long: its beginning, and a button that shows all.
 * @param {string} label
 * @param {string} text
 * @param {() => Promise<string>} [read] where the text is not all of it
 * @returns {HTMLElement}
 */
export function long(label, text, read) {
  const pre = el('pre', { tabindex: 0, 'aria-label': label }, text.slice(0, shownAtFirst));
  if (!read && text.length <= shownAtFirst) return pre;
  const more = button(read ? 'Show all' : `Show all ${text.length} characters`, async () => {
    pre.replaceChildren(visible(read ? await read() : text));
    more.replaceWith(el('span', { class: 'quiet', role: 'status' }, `all ${pre.textContent?.length} characters`));
    pre.focus();
  });
  return el('div', {}, pre, more);
}

/**
 * Shows what stands between backticks as code.
 * @param {string} text
 * @returns {(Node|string)[]}
 */
export function prose(text) {
  return text.split('`').map((part, i) => (i % 2 ? el('code', {}, part) : visible(part)));
}

/**
 * Says something to the person, for some seconds, and to a screen reader. What was said before stays where it is: a hand may be on its way.
 * @param {string} text
 * @param {'done'|'failed'} [kind]
 * @param {HTMLElement} [more] something to click, which keeps it longer, and which is next by Tab
 */
export function say(text, kind = 'done', more) {
  const box = byID('messages');
  const dismiss = el('button', { type: 'button', class: 'plain', 'aria-label': 'Dismiss', onclick: () => {
    if (brought?.last === dismiss && brought.from instanceof HTMLElement) brought.from.focus();
    line.remove();
  } }, '×');
  const line = el('p', { class: kind }, cut(text, 500), more && ' ', more, ' ', dismiss);
  const used = () => box.matches(':hover, :focus-within');
  if (box.childElementCount >= mostSaid && !used()) box.lastElementChild?.remove();
  box.prepend(line);
  if (more) brought = { from: document.activeElement, first: more, last: dismiss, came: false };
  const most = more ? 30000 : kind === 'failed' ? 12000 : 4000;
  const leave = () => (used() ? setTimeout(leave, most) : line.remove()); // nothing is taken from under a hand
  setTimeout(leave, most);
}

/** What a control brought, and where Tab comes to it from. @type {{from: Element|null, first: HTMLElement, last: HTMLElement, came: boolean}|undefined} */
let brought;

/** Has Tab lead from the control that brought something to that, wherever it stands in the page, and on from there. */
export function keepOrder() {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab' || !brought?.first.isConnected) return;
    const at = document.activeElement;
    if (!brought.from?.isConnected) brought.from = at; // a dialog that is closed
    const { from, first, last } = brought;
    if (at === from && !event.shiftKey) {
      first.focus();
      brought.came = true;
      event.preventDefault();
    } else if (at === (event.shiftKey ? first : last) && brought.came && from instanceof HTMLElement) {
      from.focus(); // Tab goes on from here
      brought.came = false; // who comes by the order of the page goes on in that
      if (event.shiftKey) event.preventDefault();
    }
  });
}

/** Brings the messages into the dialog that is open: what is behind it nobody can see, hear or press. */
export function raiseMessages() {
  const open = [...document.querySelectorAll('dialog:modal')].at(-1);
  (open || document.body).append(byID('messages'));
}

/**
 * Takes the messages out of a dialog that closes.
 * @param {HTMLElement} dialog
 */
export function lowerMessages(dialog) {
  if (dialog.contains(byID('messages'))) raiseMessages();
}

/**
 * Runs what a button does, and tells what went wrong.
 * @param {() => Promise<unknown>} action
 * @returns {() => Promise<void>}
 */
export function doing(action) {
  return async () => {
    try {
      await action();
    } catch (error) {
      say(error instanceof Error ? error.message : String(error), 'failed');
    }
  };
}

/**
 * @param {string} text
 * @param {string} what
 */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text); // a page that is neither on loopback nor served by https has none
  } catch { // or the browser refuses
    present(text, what);
    return;
  }
  say(`${what} copied`);
}

/**
 * Shows a text to be copied by hand.
 * @param {string} text
 * @param {string} what
 */
export function present(text, what) {
  const area = el('textarea', { rows: Math.min(12, text.split('\n').length + 1), readonly: true, 'aria-label': what });
  area.value = text;
  openDialog({ 'aria-label': what, class: 'wide' }, (close) => [el('header', {}, el('h2', {}, `Copy the ${what}`), closeButton(close)), area]);
  area.select();
}

/** @param {() => void} close */
export function closeButton(close) {
  return el('button', { type: 'button', class: 'plain', onclick: close }, 'Close');
}

/** What brings the focus back when a dialog closes. @type {WeakMap<Element, () => void>} */
const backs = new WeakMap();

/**
 * Opens a dialog, which is taken out of the page when it closes.
 * @param {Record<string, unknown>} attributes
 * @param {(close: () => void) => (Node|string|null|undefined|false)[]} content
 * @param {() => void} [closed]
 */
export function openDialog(attributes, content, closed = () => {}) {
  const dialog = el('dialog', attributes);
  const from = document.activeElement?.closest('dialog');
  const back = (from && backs.get(from)) || holdFocus(); // a dialog that was opened from another may outlive it
  const still = holdFocus();
  backs.set(dialog, back);
  dialog.append(...content(() => dialog.close()).filter((c) => c !== null && c !== undefined && c !== false));
  dialog.addEventListener('close', () => {
    lowerMessages(dialog);
    dialog.remove();
    closed();
    if (!from || from.isConnected) still();
    back();
  });
  byID('dialogs').append(dialog);
  dialog.showModal();
  raiseMessages();
}

/**
 * @param {string} label
 * @param {() => Promise<unknown>} action
 */
export function button(label, action) {
  return el('button', { type: 'button', onclick: doing(action) }, label);
}

/**
 * Opens the page of another world.
 * @param {string} world
 */
export function visit(world) {
  location.assign(`?world=${encodeURIComponent(world)}`);
}

/**
 * Asks before something is lost.
 * @param {string} title
 * @param {string} text
 * @param {string} action what the button says
 * @returns {Promise<boolean>}
 */
export function sure(title, text, action) {
  return new Promise((resolve) => {
    let yes = false;
    openDialog({ 'aria-label': title }, (close) => [el('h2', {}, title), el('p', {}, text), el('p', { class: 'actions' },
      el('button', { type: 'button', onclick: () => { yes = true; close(); } }, action), el('button', { type: 'button', class: 'plain', onclick: close }, 'Cancel'))], () => resolve(yes));
  });
}
