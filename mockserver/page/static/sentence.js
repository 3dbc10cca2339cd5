// A sentence of a contract: what it says, where it is from, and the check that holds a server to it.

import { button, copy, el, prose } from './dom.js';

/** @typedef {import('./contract.js').Requirement} Requirement */

/**
 * Opens on a click. What is inside is made then.
 * @param {Requirement} r
 * @param {Record<string, unknown>} attributes
 * @param {...(Node|string)} summary
 */
export function sentence(r, attributes, ...summary) {
  const details = el('details', attributes, el('summary', {}, ...summary));
  details.addEventListener('toggle', () => details.append(...told(r)), { once: true });
  return details;
}

/** @param {Requirement} r */
function told(r) {
  return [
    el('p', { class: 'text' }, ...prose(r.text)),
    el('p', { class: 'source' }, `${r.level}, ${r.basis}: ${r.source}`),
    ...check(r.check),
    r.mutants?.length ? el('div', { class: 'breakers' }, 'Broken by', el('ul', {}, ...r.mutants.map((id) => el('li', {}, el('code', {}, id))))) : null,
  ].filter((node) => node !== null);
}

/** @param {import('./contract.js').Check} of */
function check(of) {
  if (of.untestable) return [el('p', { class: 'check' }, `No check: ${of.untestable}`)];
  const line = el('p', { class: 'check' }, 'Check ', el('code', {}, of.id));
  const { command } = of;
  if (!command) return [line];
  return [line, el('div', { class: 'command' }, el('pre', { tabindex: 0, 'aria-label': 'the command that runs the check' }, command), button('Copy', () => copy(command, 'command')))];
}
