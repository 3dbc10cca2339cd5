// The request of an exchange as a copy has to send it. The journal keeps no credentials and only the beginning of a long body: a copy says
// so, and fails where it does not know better. It never sends something else in silence.

/** @typedef {import('./journal.js').Entry} Entry */

/**
 * A text with places for what only the person knows, a variable of the environment each.
 * @typedef {(string|{variable: string})[]} Pieces
 */

/**
 * @typedef {object} Recorded
 * @property {string} method
 * @property {string} origin
 * @property {Pieces} target path and query
 * @property {boolean} plain whether an URL of the target stays what it is where it is parsed
 * @property {{name: string, value: Pieces}[]} headers
 * @property {Pieces} body a character is a byte
 * @property {boolean} hasBody
 * @property {boolean} cut whether the body is only the beginning
 * @property {string[]} remarks what the person has to know
 */

const hidden = 'REDACTED'; // what the journal has in the place of a secret

// What belongs to the connection, or what the client's own machinery sends by itself.
const automatic = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade', 'expect']);

export const bodyVariable = 'UNDERSTUDY_BODY';

/**
 * @param {Entry} e
 * @param {string} world whose name is a token that opens it
 * @param {string} origin of the mock
 * @returns {Recorded}
 */
export function recorded(e, world, origin) {
  const given = Object.entries(e.request?.headers || {}).filter(([name]) => !automatic.has(name.toLowerCase()) && !/^sec-/i.test(name)).flatMap(([name, values]) => values.map((value) => ({ name, value })));
  const own = e.status === 401 || e.status === 403 ? null : world; // a credential that was refused is another one
  const headers = given.map(({ name, value }) => ({ name, value: revealed(bytes(value), own, () => headerSecret(name, value)) }));
  const target = [bytes(e.path), ...revealed(bytes(e.query ? `?${e.query}` : ''), own, secretBehind)];
  const text = e.request?.base64 ? atob(e.request.body || '') : bytes(e.request?.body || '');
  const r = { method: e.method, origin, target: joined(target), headers, body: e.request?.truncated ? [] : revealed(text, own, secretBehind), hasBody: text !== '', cut: Boolean(e.request?.truncated) };
  return { ...r, plain: isPlain(origin, target), remarks: remarks(e, r, own) };
}

/**
 * What was read as UTF-8, a character a byte.
 * @param {string} text
 */
export function bytes(text) {
  return Array.from(new TextEncoder().encode(text), (b) => String.fromCharCode(b)).join('');
}

/**
 * Puts the world's own token where a token was hidden, and variables in the place of other secrets.
 * @param {string} text
 * @param {string|null} own
 * @param {(before: string) => string} secret names what was hidden behind a text
 * @returns {Pieces}
 */
function revealed(text, own, secret) {
  const [first, ...rest] = text.split(hidden);
  /** @type {Pieces} */
  const pieces = [first];
  let before = first;
  for (const part of rest) {
    const name = secret(before);
    pieces.push(name === 'TOKEN' && own ? own : { variable: `UNDERSTUDY_${name}` }, part);
    before = part;
  }
  return joined(pieces);
}

/** @param {Pieces} pieces */
function joined(pieces) {
  /** @type {Pieces} */
  const all = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') all[all.length - 1] = last + piece;
    else if (piece !== '') all.push(piece);
  }
  return all;
}

/**
 * @param {string} name
 * @param {string} value
 */
function headerSecret(name, value) {
  if (/^authorization$/i.test(name)) return /^(basic|digest) /i.test(value) ? 'AUTHORIZATION' : 'TOKEN';
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

/**
 * The member or parameter whose value begins behind a text, however it is escaped.
 * @param {string} before
 */
function secretBehind(before) {
  const escaped = /(?:%|\\+u00)([0-9a-f]{2})/gi;
  const tail = before.slice(-200).replace(escaped, (_, code) => String.fromCharCode(parseInt(code, 16)));
  const name = /(access_token|token|password|secret_key|api_key)[^a-z0-9]*$/i.exec(tail);
  return name ? name[1].toUpperCase() : 'SECRET';
}

/**
 * @param {string} origin
 * @param {Pieces} target
 */
function isPlain(origin, target) {
  const url = origin + target.map((piece) => (typeof piece === 'string' ? piece : 'x')).join('');
  return URL.canParse(url) && new URL(url).href === url;
}

/**
 * @param {Entry} e
 * @param {Omit<Recorded, 'plain'|'remarks'>} r
 * @param {string|null} own
 */
function remarks(e, r, own) {
  const told = [];
  if (own && hides(e)) told.push(`The journal keeps no credentials. The token of this call is ${own}, which opens this world.`);
  for (const name of asked(r)) told.push(`Set ${name} first: the journal keeps no credentials. It is put in as it is.`);
  if (r.cut) told.push(`The journal kept only the beginning of the body. Set ${bodyVariable} to a file that has all of it.`);
  const odd = [...r.headers.filter((h) => lost(h.value)).map((h) => h.name), ...(lost(r.target) ? ['the address'] : [])];
  if (odd.length) told.push(`The journal keeps UTF-8 alone, and ${odd.join(' and ')} may have had other bytes.`);
  return told;
}

/**
 * The variables that a copy asks for, the file of a long body aside.
 * @param {Pick<Recorded, 'target'|'headers'|'body'>} r
 */
export function asked(r) {
  const all = [...r.target, ...r.body, ...r.headers.flatMap((h) => h.value)];
  return [...new Set(all.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.variable])))];
}

/** @param {Entry} e */
function hides(e) {
  const body = e.request?.base64 ? atob(e.request.body || '') : e.request?.body || '';
  const query = `?${e.query || ''}`;
  const isToken = (/** @type {string} */ text) => text.split(hidden).slice(0, -1).some((before) => secretBehind(before) === 'TOKEN');
  return isToken(query) || (!e.request?.truncated && isToken(body)) ||
    Object.entries(e.request?.headers || {}).some(([name, values]) => values.some((v) => v.includes(hidden) && headerSecret(name, v) === 'TOKEN'));
}

/** @param {Pieces} pieces */
function lost(pieces) {
  return pieces.some((piece) => typeof piece === 'string' && (piece.includes('\ufffd') || piece.includes('\u00ef\u00bf\u00bd')));
}
