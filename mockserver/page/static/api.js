// The control API, as the page uses it. The page has no other door.

import { byID, cut, el, lowerMessages, raiseMessages, sure } from './dom.js';

const base = '/_understudy/v1';

/** The control token, for as long as the page is open. It is kept nowhere else. */
let token = '';

/** Where the vendors' APIs are when that is another address than the page's, which the page may not call. */
export const elsewhere = document.body.dataset.vendors || '';

/** Whether the server takes only tokens that were declared. */
export const declared = document.body.dataset.tokens === 'declared';

/** Scheme and host of the vendors' APIs. */
export const vendors = () => elsewhere || location.origin;

export const signedIn = () => token !== '';

/**
 * A call; file names the file that its body is.
 * @typedef {RequestInit & {file?: string}} Call
 */

/** A refusal of the control API. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, message?: string, remedy?: string, field?: string}} problem
   * @param {string} [file]
   */
  constructor(status, problem, file) {
    super([inWords(problem.message || `status ${status}`, file), problem.remedy].filter(Boolean).join(': '));
    this.status = status;
    this.code = problem.code || '';
    this.world = ''; // that is gone
  }

  /** Whether there is no such world. */
  get noWorld() {
    return this.code === 'unknown-world';
  }
}

/**
 * Says where in a file something is wrong. A body that the page wrote has no places that a person knows.
 * @param {string} message
 * @param {string} [file]
 */
function inWords(message, file) {
  return message.replace(/\bbody:(\d+):(\d+): /g, (_, line, column) => (file ? `${cut(file, 60)}, line ${line}, column ${column}: ` : ''));
}

/**
 * A call of the control API. Where the world is gone that it is about, a look is refused, and a change asks before it makes the world again.
 * @param {string} path below the control API
 * @param {Call} [init]
 * @returns {Promise<Response>}
 */
export async function send(path, init = {}) {
  const name = /^\/worlds\/([^/?]+)/.exec(path)?.[1];
  if (!name) return call(path, init);
  const headers = new Headers(init.headers);
  headers.set('If-Match', '*');
  try {
    return await call(path, { ...init, headers });
  } catch (error) {
    if (!(error instanceof Refusal && error.noWorld)) throw error;
    await again(decodeURIComponent(name), error, init.method !== undefined);
    if (declared) await make(`/worlds/${name}`); // nothing else makes a world there
    return call(path, init);
  }
}

/**
 * Sees to it that there is a world, and asks before it makes one that is gone.
 * @param {string} path of the world below the control API
 * @returns {Promise<boolean>} whether it was made
 */
export async function there(path) {
  try {
    await get(`${path}/clock`);
    return false;
  } catch (error) {
    if (!(error instanceof Refusal && error.noWorld)) throw error;
    await again(error.world, error, true);
    await make(path);
    return true;
  }
}

/**
 * Goes on where somebody wants a world again that is gone.
 * @param {string} name
 * @param {Refusal} refusal
 * @param {boolean} changes whether what was asked for changes the world
 */
async function again(name, refusal, changes) {
  refusal.world = name;
  refusal.message = `there is no world "${cut(name, 100)}" any more${changes ? ': nothing was done' : '; "Make it", at the top of the page, makes it again'}`;
  if (changes && await sure('The world is gone', `There is no world "${cut(name, 100)}" any more: somebody deleted it, or it made room for others. What you ask for makes it again, as new, and happens there.`, 'Make it again')) return;
  throw refusal;
}

/**
 * Makes a world as its first call would. Where tokens have to be declared no call makes one: it begins empty, with its name as its token.
 * @param {string} path of the world below the control API
 */
export async function make(path) {
  const headers = { 'Content-Type': 'application/json' };
  if (declared) await call(path, { method: 'PUT', body: JSON.stringify({ tokens: [{ token: decodeURIComponent(path.split('/')[2]), scopes: ['hooks:read', 'hooks:write'] }] }), headers });
  else await call(`${path}/tokens`, { method: 'POST', body: '{}', headers });
}

/**
 * @param {string} path below the control API
 * @param {Call} init
 * @returns {Promise<Response>}
 */
async function call(path, init) {
  const headers = new Headers(init.headers);
  const used = token;
  if (used) headers.set('Authorization', `Bearer ${bytes(used)}`);
  const response = await reach(base + path, { ...init, headers, cache: 'no-store' });
  if (response.status === 401) {
    if (used === token) token = await askForToken(used !== ''); // otherwise somebody signed in meanwhile
    return call(path, init);
  }
  if (!response.ok) throw new Refusal(response.status, await problemOf(response), init.file);
  return response;
}

/**
 * What a header carries is bytes: those of the text in UTF-8.
 * @param {string} text
 */
function bytes(text) {
  return Array.from(new TextEncoder().encode(text), (b) => String.fromCharCode(b)).join('');
}

/**
 * @param {string} address
 * @param {RequestInit} init
 */
export async function reach(address, init) {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Error('the server does not answer; is it still running?'); // a browser says "Failed to fetch", each in its own words
  }
}

/** @param {Response} response */
async function problemOf(response) {
  try {
    return (await response.json()).error || {};
  } catch {
    return {};
  }
}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function get(path) {
  return (await send(path)).json();
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body] sent as JSON
 * @returns {Promise<any>} the JSON of the answer, null for none
 */
export async function change(method, path, body) {
  return changeBy(method, path, body === undefined ? undefined : JSON.stringify(body));
}

/**
 * @param {string} method
 * @param {string} path
 * @param {string} [body] JSON, which is sent as it is
 * @returns {Promise<any>} the JSON of the answer, null for none
 */
export async function changeBy(method, path, body) {
  const init = body === undefined ? { method } : { method, body, headers: { 'Content-Type': 'application/json' } };
  const text = await (await send(path, init)).text();
  return text ? JSON.parse(text) : null;
}

/** @type {Promise<string>|null} */
let asking = null;

/**
 * Asks the person for the control token, once for all who wait.
 * @param {boolean} refused the one that was given before
 */
function askForToken(refused) {
  asking ??= new Promise((resolve) => {
    const input = el('input', { type: 'password', name: 'token', autocomplete: 'off', required: true, 'aria-label': 'control token' });
    const form = el('form', { method: 'dialog' }, el('h2', {}, 'Sign in'),
      el('p', {}, 'This server was started with --control-token. The token stays in the memory of this page.'),
      refused && el('p', { class: 'bad', role: 'alert' }, 'The server refuses that token.'),
      el('p', { class: 'actions' }, input, el('button', {}, 'Sign in')));
    const dialog = el('dialog', { 'aria-label': 'Sign in' }, form);
    dialog.addEventListener('cancel', (event) => event.preventDefault());
    dialog.addEventListener('close', () => {
      lowerMessages(dialog);
      dialog.remove();
      asking = null;
      resolve(input.value);
    });
    byID('dialogs').append(dialog);
    dialog.showModal();
    raiseMessages();
  });
  return asking;
}

/**
 * Does something now, and again and again while the page can be seen, each time a while after it was done.
 * @param {() => Promise<void>} action
 * @param {number} pause milliseconds
 */
export async function whileSeen(action, pause) {
  for (;;) {
    await sight();
    await action();
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

const unseenFor = 10000; // milliseconds for which a page that cannot be seen keeps its stream

/**
 * Gives a stream up while nobody can see the page: a browser opens six connections to a server, and a page in the background would
 * keep one from those in sight.
 * @returns {AbortController} of the next stream
 */
function streamWhileSeen() {
  const stream = new AbortController();
  const { signal } = stream;
  let waiting = 0;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(waiting);
    if (document.hidden) waiting = setTimeout(() => stream.abort(), unseenFor);
  }, { signal });
  window.addEventListener('pagehide', () => stream.abort(), { signal });
  return stream;
}

/** Waits until the page can be seen. */
function sight() {
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', look);
      resolve(null);
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
}

/**
 * Reads server-sent events, and reconnects for ever. EventSource cannot send a token, so this reads the stream itself.
 * @param {string} path
 * @param {{event: (name: string, data: any) => void, state: (connected: boolean) => void, refused: (refusal: Refusal) => void}} to
 */
export async function listen(path, to) {
  let last = '';
  for (;;) {
    await sight();
    const { signal } = streamWhileSeen();
    try {
      const response = await send(path, { signal, headers: last ? { 'Last-Event-ID': last } : {} });
      to.state(true);
      await readEvents(response, (name, data, id) => {
        if (id) last = id;
        to.event(name, data);
      });
    } catch (error) {
      if (error instanceof Refusal) {
        last = ''; // the world is gone, and may come back
        to.refused(error);
      }
    }
    to.state(false);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/**
 * @param {Response} response
 * @param {(name: string, data: any, id: string) => void} got
 */
async function readEvents(response, got) {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (text + value).split('\n\n');
    text = blocks.pop() || '';
    blocks.forEach((block) => readEvent(block, got));
  }
}

/**
 * @param {string} block
 * @param {(name: string, data: any, id: string) => void} got
 */
function readEvent(block, got) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
  }
  if (fields.data) got(fields.event || 'message', JSON.parse(fields.data), fields.id || '');
}
