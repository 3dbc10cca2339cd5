// The sentences of the contracts, read once.

import { get } from './api.js';

/**
 * @typedef {object} Requirement
 * @property {string} id
 * @property {string} [operation]
 * @property {string} level
 * @property {string} basis
 * @property {string} text
 * @property {string} source
 * @property {Check} check
 * @property {string[]} [mutants] that break it
 */

/**
 * How a server is held to a sentence.
 * @typedef {object} Check
 * @property {string} id
 * @property {string} [command]
 * @property {string} [untestable]
 */

/**
 * @typedef {object} Question
 * @property {string} id
 * @property {string} text
 * @property {string} default
 * @property {{name: string, meaning: string}[]} answers
 * @property {boolean} [durations]
 */

/**
 * @typedef {object} API
 * @property {string} name
 * @property {string} title
 * @property {string[]} operations
 * @property {Requirement[]} requirements
 * @property {Question[]} questions
 * @property {string[]} mutants
 */

export class Contracts {
  /** @param {API[]} apis */
  constructor(apis) {
    this.apis = apis;
    /** @type {Map<string, Requirement>} */
    this.byID = new Map(apis.flatMap((api) => api.requirements.map((r) => [r.id, r])));
  }

  /** @param {string} id */
  requirement(id) {
    return this.byID.get(id);
  }

  /**
   * The sentences that have a text in their id, their words or their source, as they are read; null for no text.
   * @param {string} text
   */
  saying(text) {
    const wanted = asRead(text);
    if (!wanted) return null;
    const told = this.apis.flatMap((api) => api.requirements).filter((r) => [r.id, r.text, r.source].some((part) => asRead(part).includes(wanted)));
    return new Set(told.map((r) => r.id));
  }

  static async load() {
    return new Contracts((await get('/contracts')).apis);
  }
}

/**
 * What somebody remembers of a text: neither capitals, nor the marks of code, which the page does not show, nor how words are set apart.
 * @param {string} text
 */
function asRead(text) {
  return text.toLowerCase().replaceAll('`', '').replace(/\s+/g, ' ').trim();
}
