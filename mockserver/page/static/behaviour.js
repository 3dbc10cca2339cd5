// What a world is told to do otherwise: clock, faults, dialect, mutant.

import { change, get } from './api.js';
import { byID, doing, el, prose, say } from './dom.js';
import { oneStop } from './focus.js';
import { replace } from './list.js';

/** @typedef {import('./contract.js').Contracts} Contracts */

export class ClockView {
  /** @param {string} world */
  constructor(world) {
    this.world = world;
    /** @type {{mode: string, now: string}} */
    this.clock = { mode: 'real', now: '' };
    this.readAt = 0;
    byID('clock-freeze').addEventListener('click', doing(() => this.turn()));
    byID('clock-form').addEventListener('submit', (event) => {
      event.preventDefault();
      doing(async () => this.show(await change('POST', `${world}/clock/advance`, { by: /** @type {HTMLInputElement} */ (byID('clock-by')).value.trim() })))();
    });
    setInterval(() => this.tick(), 500);
  }

  async refresh() {
    this.show(await get(`${this.world}/clock`));
  }

  /** Freezes a clock that runs, and lets a frozen one run. */
  async turn() {
    if (!this.clock.now) await this.refresh(); // somebody is faster than the page
    const mode = this.clock.mode === 'frozen' ? 'real' : 'frozen';
    this.show(await change('PUT', `${this.world}/clock`, { mode, now: this.now().toISOString() }));
  }

  /** @param {{mode: string, now: string}} clock */
  show(clock) {
    this.clock = clock;
    this.readAt = Date.now();
    byID('clock-freeze').textContent = clock.mode === 'frozen' ? 'Let it run' : 'Freeze';
    this.tick();
  }

  now() {
    const shown = new Date(this.clock.now).getTime();
    return new Date(this.clock.mode === 'frozen' ? shown : shown + Date.now() - this.readAt);
  }

  tick() {
    if (!this.clock.now) return;
    const text = this.clock.mode === 'frozen' ? this.clock.now : this.now().toISOString().replace(/\.\d+Z$/, 'Z');
    const node = byID('clock');
    if (node.textContent !== text) node.textContent = text;
  }
}

export class BehaviourView {
  /**
   * @param {string} world
   * @param {Contracts} contracts
   */
  constructor(world, contracts) {
    this.world = world;
    this.contracts = contracts;
    this.shown = ''; // what is on the page, as text
    /** @type {Map<string, {row: HTMLElement, select: HTMLSelectElement}>} */
    this.questions = new Map();
    /** @type {Map<string, HTMLElement>} lines by the fault */
    this.faults = new Map();
    this.buildFaults();
    this.buildMutants();
  }

  async refresh() {
    const [faults, dialect, mutant] = await Promise.all([get(`${this.world}/faults`), get(`${this.world}/dialect`), get(`${this.world}/mutants`)]);
    const now = JSON.stringify([faults, dialect, mutant]);
    if (now === this.shown) return; // nobody loses the place in a list
    this.showFaults(faults);
    this.showDialect(dialect);
    this.showMutant(mutant);
    this.shown = now;
  }

  buildFaults() {
    const select = /** @type {HTMLSelectElement} */ (byID('fault-operation'));
    select.append(el('option', { value: '*' }, 'every operation'), ...this.contracts.apis.flatMap((api) => api.operations.map((o) => el('option', { value: o }, o))));
    oneStop(byID('faults'), 'button');
    byID('fault-form').addEventListener('submit', (event) => {
      event.preventDefault();
      doing(() => this.addFault())();
    });
  }

  async addFault() {
    const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byID(id)).value;
    const [what, value] = field('fault-what').split('=');
    const effect = { status: { status: Number(value) }, latency: { latency: value }, reset: { reset: true }, truncate: { truncate: Number(value) }, malformed: { malformed: true } }[what];
    const when = field('fault-first') ? { first: Number(field('fault-first')) } : {};
    const faults = await get(`${this.world}/faults`);
    this.showFaults(await change('PUT', `${this.world}/faults`, [...faults, { operation: field('fault-operation'), ...when, ...effect }]));
    say('fault set');
  }

  /**
   * Lines stay while their fault does: a hand or a focus may be on them.
   * @param {any[]} faults
   */
  showFaults(faults) {
    this.shown = '';
    const known = this.faults;
    this.faults = new Map();
    for (const text of faults.map((f) => JSON.stringify(f))) {
      let key = text;
      while (this.faults.has(key)) key += '+'; // the same once more
      this.faults.set(key, known.get(key) || el('li', {}, el('code', {}, text), ' ', el('button', { type: 'button', 'aria-label': `End ${text}`, onclick: doing(() => this.endFault(text)) }, 'End')));
    }
    replace(byID('faults'), [...this.faults.values()]);
    byID('no-faults').hidden = faults.length > 0;
  }

  /** @param {string} text of a fault */
  async endFault(text) {
    /** @type {any[]} */
    const faults = await get(`${this.world}/faults`);
    const index = faults.findIndex((f) => JSON.stringify(f) === text);
    this.showFaults(await change('PUT', `${this.world}/faults`, faults.filter((_, i) => i !== index)));
  }

  /**
   * Rows are made once, and changed: whoever chose an answer stays in its list.
   * @param {Record<string, string>} dialect
   */
  showDialect(dialect) {
    this.shown = '';
    let others = 0;
    for (const q of this.contracts.apis.flatMap((api) => api.questions)) {
      const answer = dialect[q.id] ?? q.default;
      const { row, select } = this.questions.get(q.id) || this.question(q);
      if (![...select.options].some((o) => o.value === answer)) select.append(el('option', { value: answer }, answer));
      select.value = answer;
      row.className = answer === q.default ? '' : 'changed';
      if (answer !== q.default) others++;
    }
    byID('dialect-count').textContent = `${others} of ${this.questions.size} changed`;
  }

  /** @param {import('./contract.js').Question} q */
  question(q) {
    /** @type {HTMLSelectElement} */
    const select = el('select', { 'aria-label': q.id, onchange: doing(() => this.answer(q.id, select.value)) }, ...q.answers.map((a) => el('option', { value: a.name, title: a.meaning }, a.name)));
    const row = el('tr', {}, el('th', { scope: 'row' }, el('code', {}, q.id), el('small', {}, ...prose(q.text))), el('td', {}, select));
    byID('dialect').append(row);
    this.questions.set(q.id, { row, select });
    return { row, select };
  }

  /**
   * @param {string} id
   * @param {string} answer
   */
  async answer(id, answer) {
    const dialect = await get(`${this.world}/dialect`);
    this.showDialect(await change('PUT', `${this.world}/dialect`, { ...dialect, [id]: answer }));
    say(`${id}: ${answer}`);
  }

  /** @param {string} name of a built-in dialect */
  async speak(name) {
    this.showDialect(await change('PUT', `${this.world}/dialect`, { name }));
    say(`dialect: ${name}`);
  }

  buildMutants() {
    const select = /** @type {HTMLSelectElement} */ (byID('mutant'));
    select.append(el('option', { value: '' }, 'none: the honest vendor'), ...this.contracts.apis.map((api) => el('optgroup', { label: api.title }, ...api.mutants.map((m) => el('option', { value: m }, m)))));
    select.addEventListener('change', doing(async () => {
      this.showMutant(await change('PUT', `${this.world}/mutants`, select.value ? { id: select.value } : {}));
      say(select.value ? `the vendor breaks ${select.value}` : 'the vendor is honest');
    }));
  }

  /** @param {{id?: string}} mutant */
  showMutant(mutant) {
    this.shown = '';
    /** @type {HTMLSelectElement} */ (byID('mutant')).value = mutant.id || '';
    const note = byID('mutant-note');
    note.textContent = mutant.id ? 'This world breaks one sentence on purpose.' : 'This world keeps every sentence.';
    note.className = mutant.id ? 'warning' : 'quiet';
  }
}
