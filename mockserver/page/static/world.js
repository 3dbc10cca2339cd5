// The page of one world: reads it once, and then follows its events.

import { change, get, listen, send } from './api.js';
import { BehaviourView, ClockView } from './behaviour.js';
import { BoardsView } from './boards.js';
import { Contracts } from './contract.js';
import { byID, doing, say, visit } from './dom.js';
import { JournalView } from './journal.js';
import { PastView } from './past.js';
import { SentencesView } from './sentences.js';
import { SinksView } from './sinks.js';

const name = new URLSearchParams(location.search).get('world') || 'demo';
const world = `/worlds/${encodeURIComponent(name)}`;

async function start() {
  document.title = `${name} · Understudy`;
  byID('world-name').replaceChildren(name);
  const contracts = await Contracts.load();
  await openWorld();
  const clock = new ClockView(world);
  const boards = new BoardsView(world);
  const past = new PastView(world, boards);
  const journal = new JournalView(world, contracts, (entry) => past.after(entry));
  const behaviour = new BehaviourView(world, contracts);
  const sentences = new SentencesView(world, contracts);
  const sinks = new SinksView(world);
  const all = async () => {
    journal.clear();
    sentences.clear();
    await Promise.all([clock.refresh(), past.load().then(() => boards.refresh()), journal.load(), behaviour.refresh(), sentences.refresh(), sinks.refresh()]);
  };
  await all();
  const changed = soon(async () => boards.moment === null && boards.refresh(), 50);
  const settings = soon(() => Promise.all([clock.refresh(), behaviour.refresh(), sinks.refresh()]), 250);
  const handlers = {
    exchange: (/** @type {import('./journal.js').Entry} */ entry) => {
      journal.add(entry);
      past.add(entry);
      if (!entry.fault) sentences.light(entry.requirements);
      changed();
    },
    command: (/** @type {import('./journal.js').Entry} */ entry) => {
      past.add(entry);
      changed();
      settings();
    },
    skipped: (/** @type {{count: number}} */ data) => {
      say(`${data.count} events skipped; the page was read anew`);
      doing(all)();
    },
    reset: () => doing(all)(),
  };
  let seen = false;
  listen(`${world}/events`, {
    event: (kind, data) => handlers[/** @type {keyof typeof handlers} */ (kind)]?.(data),
    state: (connected) => {
      byID('connection').textContent = connected ? 'live' : 'reconnecting';
      byID('connection').className = connected ? 'good' : 'bad';
      if (connected && seen) doing(all)(); // the server may have started anew meanwhile
      if (connected) seen = true;
    },
  });
  worldButtons(all, behaviour, journal);
}

/** Makes the world when it is not there, as its first request would. */
async function openWorld() {
  const { worlds } = await get('/worlds');
  if (worlds.some((/** @type {{name: string}} */ w) => w.name === name)) return;
  throw new Error(`There is no world "${name}". A first request with that token makes it.`);
}

/**
 * @param {() => Promise<void>} all
 * @param {BehaviourView} behaviour
 * @param {JournalView} journal
 */
function worldButtons(all, behaviour, journal) {
  const on = (/** @type {string} */ id, /** @type {() => Promise<unknown>} */ action) => byID(id).addEventListener('click', doing(action));
  on('reset', async () => {
    await change('POST', `${world}/reset`);
    await all();
    say('the world is what it was made of');
  });
  on('export', async () => download(`${name}.json`, await (await send(world)).text()));
  on('copy-go', () => journal.copyAll('go'));
  on('copy-curl', () => journal.copyAll('curl'));
  on('dialect-default', () => behaviour.speak('default'));
  on('dialect-hostile', () => behaviour.speak('hostile'));
  byID('fork-form').addEventListener('submit', (event) => {
    event.preventDefault();
    doing(async () => visit((await change('POST', `${world}/fork`, { as: /** @type {HTMLInputElement} */ (byID('fork-as')).value })).name))();
  });
  byID('import').addEventListener('change', doing(async () => {
    const file = /** @type {HTMLInputElement} */ (byID('import')).files?.[0];
    if (!file) return;
    const type = file.name.endsWith('.json') ? 'application/json' : 'application/yaml';
    await send(world, { method: 'PUT', body: await file.text(), headers: { 'Content-Type': type } });
    await all();
    say(`the world is that of ${file.name}`);
  }));
}

/**
 * @param {string} file
 * @param {string} text
 */
function download(file, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = file;
  link.click();
  URL.revokeObjectURL(link.href);
}

/**
 * Does something soon, once for all who asked meanwhile.
 * @param {() => Promise<unknown>} action
 * @param {number} wait milliseconds
 */
function soon(action, wait) {
  let planned = false;
  return () => {
    if (planned) return;
    planned = true;
    setTimeout(() => {
      planned = false;
      doing(action)();
    }, wait);
  };
}

start().catch((error) => {
  byID('fatal').hidden = false;
  byID('fatal-text').textContent = error instanceof Error ? error.message : String(error);
});
