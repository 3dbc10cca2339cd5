// Keeps the focus where somebody works. An element that has it may go away, because of what it did or because of somebody else: a browser
// then begins at the top of the page again, which is far away for whoever has no mouse.

const stops = 'button, input, select, textarea, summary, a[href], [tabindex="0"]';

/** @param {Element} node */
function usable(node) {
  return node.isConnected && node.checkVisibility() && !node.matches(':disabled');
}

/**
 * Where an element is.
 * @typedef {object} Place
 * @property {Element[]} around what it is in, from the inside to the outside
 * @property {number} index among the controls of the innermost
 * @property {string} text
 */

/**
 * @param {Element|null} node
 * @returns {Place}
 */
function placeOf(node) {
  const around = [];
  for (let at = node?.parentElement; at && at !== document.body; at = at.parentElement) around.push(at);
  return { around, index: node && around.length ? [...around[0].querySelectorAll(stops)].indexOf(node) : 0, text: node?.textContent || '' };
}

/** Notes where the focus is, and returns what moves it to the same or the nearest control where it got lost meanwhile. */
export function holdFocus() {
  const node = document.activeElement;
  const place = placeOf(node);
  return () => {
    if (document.activeElement !== document.body || node === document.body) return;
    if (node instanceof HTMLElement && usable(node)) node.focus();
    else nearest(place)?.focus();
  };
}

/** Moves the focus on, from an element that went away to what is nearest to it. */
export function keepFocus() {
  /** @type {HTMLElement|null} */
  let last = null;
  let place = placeOf(null);
  const look = () => {
    if (!last || document.activeElement !== document.body) return;
    if (usable(last)) last = null; // somebody left it by themselves
    else nearest(place)?.focus();
  };
  document.addEventListener('focusin', () => {
    const node = document.activeElement;
    if (!(node instanceof HTMLElement) || node === document.body) return;
    last = node;
    place = placeOf(node);
  });
  document.addEventListener('pointerdown', () => (last = null)); // a hand goes where it wants
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['hidden', 'disabled', 'open'] });
}

/**
 * The control of the same text, or else the one nearest to a place, in the closest part of the page that is still there.
 * @param {Place} place
 * @returns {HTMLElement|undefined}
 */
function nearest({ around, index, text }) {
  for (const [depth, part] of [...around, ...document.querySelectorAll('main')].entries()) {
    if (!part.isConnected) continue;
    const found = /** @type {HTMLElement[]} */ ([...part.querySelectorAll(stops)]).filter(usable);
    const same = text && found.find((node) => node.textContent === text);
    if (found.length) return same || found[depth === 0 ? Math.max(0, Math.min(index, found.length - 1)) : 0];
  }
  return undefined;
}

const along = new Set(['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'Home', 'End']);

/**
 * Makes one stop for Tab of the controls of a list, a toolbar or a map: arrow keys, Home and End lead along them. Where the focus was last
 * is where Tab comes to.
 * @param {HTMLElement} box
 * @param {string} controls a selector; those that come later count, too
 */
export function oneStop(box, controls) {
  /** @type {HTMLElement|undefined} */
  let stop;
  const all = () => /** @type {HTMLElement[]} */ ([...box.querySelectorAll(controls)]);
  const set = (/** @type {HTMLElement|undefined} */ to) => {
    const now = all();
    stop = to && now.includes(to) ? to : now.find(usable) || now[0];
    for (const node of now) if (node.tabIndex !== (node === stop ? 0 : -1)) node.tabIndex = node === stop ? 0 : -1;
  };
  box.addEventListener('focusin', (event) => event.target instanceof HTMLElement && event.target.matches(controls) && set(event.target));
  box.addEventListener('keydown', (event) => {
    const now = all().filter(usable);
    const at = now.indexOf(/** @type {HTMLElement} */ (event.target));
    if (at < 0 || !along.has(event.key)) return;
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? now.length - 1 : at + (/Right|Down/.test(event.key) ? 1 : -1);
    now[Math.max(0, Math.min(to, now.length - 1))].focus();
    event.preventDefault();
  });
  new MutationObserver(() => set(stop)).observe(box, { childList: true, subtree: true });
  set(undefined);
}
