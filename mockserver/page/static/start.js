// The start page: which worlds there are, and copying of the calls to try.

import { change, get } from './api.js';
import { byID, copy, doing, el } from './dom.js';

for (const button of document.querySelectorAll('button[data-copies]')) {
  const text = byID(String(button.getAttribute('data-copies')));
  button.addEventListener('click', doing(() => copy(text.textContent || '', 'command')));
}

/** @param {string} world */
const address = (world) => `/_understudy/page?world=${encodeURIComponent(world)}`;

async function worlds() {
  const { worlds: all } = await get('/worlds');
  byID('worlds').replaceChildren(...all.map((/** @type {any} */ w) => el('li', {},
    el('a', { href: address(w.name) }, w.name), ` · ${w.journal ?? 0} exchanges`)));
  byID('no-worlds').hidden = all.length > 0;
}

byID('first-world').addEventListener('click', doing(async () => {
  await change('POST', '/worlds/demo/tokens', {}); // a world is made when it is first used
  location.assign(address('demo'));
}));

doing(worlds)();
setInterval(doing(worlds), 5000);
