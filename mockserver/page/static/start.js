// The start page: which worlds there are, and copying of the calls to try.

import { get, make, send, signedIn, whileSeen } from './api.js';
import { byID, closeButton, copy, cut, doing, el, keepOrder, openDialog, pretty, visible } from './dom.js';
import { keepFocus, oneStop } from './focus.js';
import { replace } from './list.js';

const often = 5000; // milliseconds between two looks
const most = 200; // worlds that are shown; more are found by their name

keepFocus();
keepOrder();
oneStop(byID('worlds'), 'a');

for (const button of document.querySelectorAll('button[data-copies]')) {
  const text = byID(String(button.getAttribute('data-copies')));
  button.addEventListener('click', doing(() => copy(text.textContent || '', 'command')));
}

/** What wants the control token is read by the page, which has it: a link could be opened in a tab of its own, which has none. */
function readLinks() {
  for (const link of document.querySelectorAll('a[data-reads]')) {
    const title = link.textContent || '';
    const path = String(link.getAttribute('data-reads'));
    link.replaceWith(el('button', { type: 'button', onclick: doing(() => read(title, path)) }, title));
  }
}

/**
 * @param {string} title
 * @param {string} path below the control API
 */
async function read(title, path) {
  const text = await (await send(path)).text();
  openDialog({ class: 'wide', 'aria-label': title }, (close) => [el('header', {}, el('h2', {}, title), closeButton(close)),
    el('pre', { tabindex: 0, 'aria-label': title }, cut(pretty(text), 1000000))]);
}

/** @param {string} world */
const address = (world) => `/_understudy/page?world=${encodeURIComponent(world)}`;

/** @type {{name: string, journal?: number}[]} */
let all = [];

/** @type {Map<string, HTMLElement>} lines by the name of the world */
let lines = new Map();

/** @param {{name: string, journal?: number}} w */
function line(w) {
  const node = lines.get(w.name) || el('li', {}, el('a', { href: address(w.name) }, w.name), el('span', { class: 'quiet' }));
  const text = ` · ${w.journal ?? 0} exchanges`;
  const count = /** @type {HTMLElement} */ (node.lastChild);
  if (count.textContent !== text) count.textContent = text;
  return node;
}

function show() {
  const filter = /** @type {HTMLInputElement} */ (byID('find-world'));
  const wanted = filter.value.trim().toLowerCase();
  const found = all.filter((w) => w.name.toLowerCase().includes(wanted));
  const drawn = new Map(found.slice(0, most).map((w) => [w.name, line(w)]));
  lines = drawn;
  replace(byID('worlds'), [...drawn.values()]);
  byID('no-worlds').hidden = all.length > 0;
  byID('find-world-form').hidden = all.length < 10 && !wanted; // nobody loses a filter that is in force
  const more = found.length - drawn.size;
  byID('worlds-count').textContent = wanted ? `${found.length} of ${all.length}` : all.length ? String(all.length) : '';
  byID('more-worlds').hidden = more === 0;
  byID('more-worlds').textContent = `${more} more: find them by their name`;
}

/** Reads the worlds. What goes wrong stands there until it is right again, and is not told over and over. */
async function look() {
  const trouble = byID('trouble');
  try {
    all = (await get('/worlds')).worlds;
    trouble.hidden = true;
    if (signedIn()) readLinks();
    show();
  } catch (error) {
    const text = `The worlds cannot be read: ${error instanceof Error ? error.message : error}. The page tries again.`;
    if (trouble.textContent !== visible(text)) trouble.replaceChildren(visible(text));
    trouble.hidden = false;
  }
}

byID('find-world').addEventListener('input', show);
byID('find-world-form').addEventListener('submit', (event) => {
  event.preventDefault();
  byID('worlds').querySelector('a')?.click();
});
byID('first-world').addEventListener('click', doing(async () => {
  await make('/worlds/demo');
  location.assign(address('demo'));
}));

whileSeen(look, often);
