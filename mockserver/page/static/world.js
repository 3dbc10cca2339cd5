// The page of one world: reads it once, and then follows its events.

import { change, declared, get, listen, make, Refusal, send } from './api.js';
import { BehaviourView, ClockView } from './behaviour.js';
import { BoardsView, forgetToken } from './boards.js';
import { Contracts } from './contract.js';
import { byID, cut, doing, keepOrder, present, say, sure, visible, visit } from './dom.js';
import { keepFocus } from './focus.js';
import { JournalView, most } from './journal.js';
import { PastView } from './past.js';
import { SentencesView } from './sentences.js';
import { SinksView } from './sinks.js';

const name = new URLSearchParams(location.search).get('world') || 'demo';
const world = `/worlds/${encodeURIComponent(name)}`;

/** What happened in the world since it was made or reset, as far as the server remembers: the clock makes changes, too. */
let changes = 0;

async function start() {
  keepFocus();
  keepOrder();
  document.title = `${visible(name)} · Understudy`;
  byID('world-name').replaceChildren(visible(name));
  document.getElementById('world-token')?.replaceChildren(visible(name));
  const clock = new ClockView(world);
  const boards = new BoardsView(world);
  const early = boards.refresh().catch(() => {}); // read anew, and told of, as soon as the events flow
  const contracts = await Contracts.load();
  await early;
  const past = new PastView(world, boards);
  const journal = new JournalView(world, contracts, (entry) => past.after(entry), name);
  const behaviour = new BehaviourView(world, contracts);
  const sentences = new SentencesView(world, contracts);
  const sinks = new SinksView(world);
  boards.looked = ({ sequence, first, last }) => {
    changes = last - first;
    journal.seen(sequence);
    past.from(first);
  };
  boards.why = (method, path, id) => journal.answered(method, path, id);
  const readJournal = async () => {
    journal.reading();
    past.reading();
    const read = await get(`${world}/journal?commands=true&brief=true&unread=true&limit=${most}`);
    if (!past.load(read.entries)) {
      boards.clear();
      journal.forget();
    }
    journal.load(read);
    sentences.light(read.entries.flatMap(reached)); // a restart keeps the journal, and no coverage
    await past.show(past.shown);
    await boards.refresh();
  };
  const all = inTurn(async () => {
    await Promise.all([readJournal(), clock.refresh(), behaviour.refresh(), sentences.refresh(), sinks.refresh()]);
  });
  const changed = soon(async () => boards.moment === null && boards.refresh(), 50);
  const received = soon(() => sinks.refresh(), 1000);
  const settings = soon(() => Promise.all([clock.refresh(), behaviour.refresh(), sinks.refresh()]), 250);
  const handlers = {
    exchange: (/** @type {import('./journal.js').Entry} */ entry) => {
      journal.add(entry);
      past.add(entry);
      sentences.light(reached(entry));
      changed();
      received();
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
    moved: () => { // by time alone, as by a schedule
      changed();
      received();
    },
    reset: () => doing(all)(),
  };
  let seen = false;
  let lost = 'reconnecting';
  listen(`${world}/events`, {
    event: (kind, data) => handlers[/** @type {keyof typeof handlers} */ (kind)]?.(data),
    state: (connected) => {
      byID('connection').textContent = connected ? 'live' : lost;
      lost = 'reconnecting';
      byID('connection').className = connected ? 'good' : 'bad';
      forgetToken();
      if (!connected) return;
      seen = true;
      byID('no-world').hidden = true;
      byID('all').hidden = false;
      doing(all)(); // what happens from now on comes as events; before that, the server may have started anew
    },
    refused: (refusal) => {
      if (refusal.noWorld) lost = 'no world';
      explain(refusal, seen);
    },
  });
  worldButtons(all, behaviour, journal, past);
  byID('make').addEventListener('click', doing(() => make(world)));
}

/** The sentences that an exchange reached: a fault is none of the vendor's answers. @param {import('./journal.js').Entry} e */
function reached(e) {
  return e.fault || e.command ? [] : e.requirements;
}

/** Whether a world can be called that. @param {string} text */
function isName(text) {
  return /^[\w.~-]{1,64}$/.test(text) && text !== '.' && text !== '..';
}

/**
 * A look makes no world, so there may be none, or none any more.
 * @param {Refusal} refusal
 * @param {boolean} seen whether there was one
 */
function explain(refusal, seen) {
  const gone = refusal.noWorld || !isName(name);
  const advice = isName(name) ? (declared ? 'This server takes declared tokens alone, and no request makes a world. Made here it begins empty, with its name as its token; a world file fills it.' : 'A first request with that token makes it.') : 'No world can have that name: a token like it opens one that is called token- and some digits, and each answer says which, as Understudy-World.';
  const text = gone ? `There is no world "${cut(name, 100)}"${seen ? ' any more; below is what it was' : ''}. ${advice}` : refusal.message;
  byID('all').hidden = !seen;
  byID('make').hidden = !gone || !isName(name);
  byID('no-world').hidden = false;
  if (byID('no-world-text').textContent !== visible(text)) byID('no-world-text').replaceChildren(visible(text)); // said once
}

/**
 * @param {() => Promise<void>} all
 * @param {BehaviourView} behaviour
 * @param {JournalView} journal
 * @param {PastView} past
 */
function worldButtons(all, behaviour, journal, past) {
  const on = (/** @type {string} */ id, /** @type {() => Promise<unknown>} */ action) => byID(id).addEventListener('click', doing(action));
  on('reset', async () => {
    const happened = journal.entries.length + journal.total + past.stops.length + changes; // where nothing did, nothing is lost
    if (happened && !(await sure('Reset', `The world becomes again what it was made of. Whatever happened in it is gone, with the ${journal.entries.length} exchanges of its journal, and nobody can look back.`, 'Reset it'))) return;
    await change('POST', `${world}/reset`);
    await all();
    say('the world is what it was made of');
  });
  on('export', async () => download(`${name}.json`, await (await send(world)).text()));
  on('mint', async () => present((await change('POST', `${world}/tokens`, {})).token, 'token'));
  on('copy-go', () => journal.copyAll('go'));
  on('copy-curl', () => journal.copyAll('curl'));
  on('dialect-default', () => behaviour.speak('default'));
  on('dialect-hostile', () => behaviour.speak('hostile'));
  byID('fork-form').addEventListener('submit', (event) => {
    event.preventDefault();
    doing(async () => visit((await change('POST', `${world}/fork`, { as: /** @type {HTMLInputElement} */ (byID('fork-as')).value })).name))();
  });
  byID('import').addEventListener('change', doing(async () => {
    /** @type {HTMLInputElement} */
    const input = byID('import');
    const file = input.files?.[0];
    if (!file) return;
    const text = await file.text();
    input.value = ''; // so that the same file can be chosen again
    if (!(await sure('Import', `${file.name} takes the place of everything that the world "${name}" is now: its state, clock, faults and journal.`, 'Import it'))) return;
    const type = file.name.endsWith('.json') ? 'application/json' : 'application/yaml';
    await send(world, { method: 'PUT', body: text, headers: { 'Content-Type': type }, file: file.name });
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
  setTimeout(() => URL.revokeObjectURL(link.href), 60000); // some browsers read it later
}

/**
 * Does something once at a time, and once more when it was asked for meanwhile.
 * @param {() => Promise<void>} action
 */
function inTurn(action) {
  /** @type {Promise<void>|null} */
  let running = null;
  /** @type {Promise<void>|null} */
  let next = null;
  const run = () => (running = action().finally(() => (running = null)));
  return () => {
    if (!running) return run();
    next ??= running.catch(() => {}).then(() => {
      next = null;
      return run();
    });
    return next;
  };
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
  byID('no-world').hidden = false;
  byID('no-world-text').replaceChildren(visible(`The page could not be read: ${error instanceof Error ? error.message : error}. Reload it.`));
});
