// One exchange as a command or a piece of code that sends the same. Texts are quoted whole, whatever is in them, and characters that
// cannot be seen are written as escapes.

import { asked, bodyVariable, bytes, recorded } from './recorded.js';

/** @typedef {import('./journal.js').Entry} Entry */
/** @typedef {import('./recorded.js').Pieces} Pieces */
/** @typedef {import('./recorded.js').Recorded} Recorded */

const unset = 'has to be set';

/**
 * @param {Recorded} r
 * @param {string} sign that begins a comment
 */
function comments(r, sign) {
  return r.remarks.map((line) => `${sign} ${line}`);
}

/**
 * @param {Recorded} r
 * @param {string} name
 */
function has(r, name) {
  return r.headers.some((h) => h.name.toLowerCase() === name);
}

/** @param {Recorded} r */
function address(r) {
  return [r.origin, ...r.target];
}

/**
 * What a character of a text is where it is a byte.
 * @param {string} text
 */
function utf8(text) {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(raw(text));
}

/** @param {string} text */
function raw(text) {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** @param {string} text */
function isUTF8(text) {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(raw(text));
    return true;
  } catch {
    return false;
  }
}

const unseen = /[\p{C}\p{Zl}\p{Zp}]/u; // control characters, marks of direction and others that are not shown

/**
 * @param {Entry} e
 * @param {string} world
 * @param {string} [origin]
 */
export function curl(e, world, origin = location.origin) {
  const r = recorded(e, world, origin);
  const url = r.plain ? [word(address(r))] : ['--request-target', word(r.target), word([`${origin}/`])];
  const words = ['curl', '-sS', '-i', '--globoff', ...curlMethod(r), ...url,
    ...['User-Agent', 'Accept'].filter((name) => !has(r, name.toLowerCase())).map((name) => `-H '${name}:'`), // which curl adds
    ...r.headers.map((h) => `-H ${word(h.value.length ? [`${h.name}: `, ...h.value] : [`${h.name};`])}`),
    ...(r.hasBody && !has(r, 'content-type') ? ["-H 'Content-Type:'"] : [])];
  return [...comments(r, '#'), withBody(r, words.join(' '))].join('\n');
}

/**
 * An answer to HEAD has no body, which curl would wait for.
 * @param {Recorded} r
 */
function curlMethod(r) {
  if (r.method !== 'HEAD') return ['-X', word([r.method])];
  return r.hasBody ? ['-X HEAD --ignore-content-length', "-H 'Connection: close'"] : ['--head'];
}

/**
 * @param {Recorded} r
 * @param {string} command
 */
function withBody(r, command) {
  if (r.cut) return `${command} --data-binary @"\${${bodyVariable}:?${unset}}"`;
  if (!r.hasBody) return command;
  const texts = r.body.filter((piece) => typeof piece === 'string');
  if (texts.every((text) => isUTF8(text) && !text.includes('\0'))) return `${command} --data-raw ${word(r.body)}`;
  const variables = r.body.flatMap((piece) => (typeof piece === 'string' ? [] : [`: "\${${piece.variable}:?${unset}}" && `]));
  const parts = r.body.map((piece) => (typeof piece === 'string' ? `printf %s '${btoa(piece)}' | base64 -d` : `printf %s "$${piece.variable}"`));
  return `${variables.join('')}{ ${parts.join('; ')}; } | ${command} --data-binary @-`;
}

/**
 * A word of a POSIX shell. A variable that is not set ends the command before anything is sent.
 * @param {Pieces} pieces
 */
function word(pieces) {
  const quoted = (/** @type {string} */ c) => {
    if (c === "'") return "'\\''";
    if (c === '\n' || !unseen.test(c)) return c;
    return `'"$(printf '${[...new TextEncoder().encode(c)].map((b) => `\\${b.toString(8).padStart(3, '0')}`).join('')}')"'`;
  };
  return `'${pieces.map((piece) => (typeof piece === 'string' ? [...utf8(piece)].map(quoted).join('') : `'"\${${piece.variable}:?${unset}}"'`)).join('')}'`;
}

/**
 * @param {Entry} e
 * @param {string} world
 * @param {string} [origin]
 */
export function goTest(e, world, origin = location.origin) {
  const r = recorded(e, world, origin);
  const cannot = goCannot(r);
  if (cannot) return ['package understudy_test', '', 'import "testing"', '', `func TestExchange${e.sequence}(t *testing.T) {`, `\tt.Fatal(${goString(bytes(cannot))})`, '}', ''].join('\n');
  const body = r.cut ? `bytes.NewReader(body)` : 'strings.NewReader(body)';
  const asks = r.cut || asked(r).length > 0;
  const packages = [...(r.cut ? ['bytes'] : []), ...(e.status ? ['io'] : []), 'net/http', ...(asks ? ['os'] : []), ...(r.cut ? [] : ['strings']), 'testing'];
  return ['package understudy_test', '', 'import (', ...packages.map((name) => `\t"${name}"`), ')', '', ...comments(r, '//'),
    `func TestExchange${e.sequence}(t *testing.T) {`, ...(asks ? goGiven : []),
    ...(r.cut ? [`\tbody, err := os.ReadFile(given("${bodyVariable}"))`, ...goFatal] : [`\tbody := ${goExpression(r.body)}`]),
    `\treq, err := http.NewRequestWithContext(t.Context(), ${goString(r.method)}, ${r.plain ? goExpression(address(r)) : goString(`${origin}/`)}, ${body})`, ...goFatal,
    ...(r.plain ? [] : [`\treq.URL.Opaque = ${goExpression(r.target)} // as it was sent`]),
    ...r.headers.map((h) => `\treq.Header.Add(${goString(h.name)}, ${goExpression(h.value)})`),
    ...(has(r, 'user-agent') ? [] : ['\treq.Header.Set("User-Agent", "") // none was sent']),
    '\tanswer, err := http.DefaultTransport.RoundTrip(req)', ...goAnswer(e), '}', ''].join('\n');
}

/** @param {Recorded} r */
function goCannot(r) {
  const empty = r.headers.some((h) => h.name === 'User-Agent' && h.value.length === 0);
  return empty ? 'net/http cannot send a User-Agent without a value; copy the exchange as curl' : '';
}

const goFatal = ['\tif err != nil {', '\t\tt.Fatal(err)', '\t}'];

const goGiven = ['\tgiven := func(name string) string {', '\t\tvalue := os.Getenv(name)', '\t\tif value == "" {', `\t\t\tt.Fatalf("%s ${unset}", name)`, '\t\t}', '\t\treturn value', '\t}'];

/** @param {Entry} e */
function goAnswer(e) {
  if (!e.status) return ['\tif err == nil {', '\t\tt.Errorf("status %d, want a connection that is cut", answer.StatusCode)', '\t\t_ = answer.Body.Close()', '\t}'];
  return [...goFatal, '\tdefer answer.Body.Close()', `\tif answer.StatusCode != ${e.status} {`, '\t\ttext, _ := io.ReadAll(answer.Body)',
    `\t\tt.Errorf("status %d, want ${e.status}: %s", answer.StatusCode, text)`, '\t}'];
}

/** @param {Pieces} pieces */
function goExpression(pieces) {
  return pieces.map((piece) => (typeof piece === 'string' ? goString(piece) : `given(${goString(piece.variable)})`)).join(' + ') || '""';
}

/**
 * A Go string literal of bytes: JSON's escapes are Go's.
 * @param {string} text a character is a byte
 */
function goString(text) {
  if (!isUTF8(text)) return `"${[...text].map((c) => (c >= ' ' && c <= '~' && c !== '"' && c !== '\\' ? c : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)).join('')}"`;
  return [...JSON.stringify(utf8(text))].map((c) => (unseen.test(c) ? goEscape(Number(c.codePointAt(0))) : c)).join('');
}

/** @param {number} code */
function goEscape(code) {
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * @param {Entry} e
 * @param {string} world
 * @param {string} [origin]
 */
export function javascript(e, world, origin = location.origin) {
  const r = recorded(e, world, origin);
  if (r.method !== r.method.toUpperCase()) return `throw new Error(${scriptString(`Node cannot send the method ${r.method}, and would write it in capitals; copy the exchange as curl`)});`;
  const asks = r.cut || asked(r).length > 0;
  const given = "const given = (name) => process.env[name] || (() => { throw new Error(`${name} " + unset + '`); })();';
  const body = r.cut ? [`const body = await (await import('node:fs/promises')).readFile(given('${bodyVariable}'));`] : r.hasBody ? [`const body = ${scriptBytes(r.body)};`] : [];
  return [...comments(r, '//'), ...(asks ? [given] : []), ...body, ...(canFetch(r) ? fetched(e, r) : requested(e, r))].join('\n');
}

// Headers that fetch sets by itself, or leaves out.
const fetchOwns = /^(__proto__|accept-charset|access-control-.*|cookie2?|date|dnt|origin|permissions-policy|referer|set-cookie|via|proxy-.*|sec-.*)$/i;

/**
 * Whether fetch can send it: no body with GET and HEAD, no method of one's own, no path that a browser would change, no header twice.
 * @param {Recorded} r
 */
function canFetch(r) {
  const names = r.headers.map((h) => h.name.toLowerCase());
  return r.plain && ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(r.method) && !(r.hasBody && ['GET', 'HEAD'].includes(r.method)) &&
    new Set(names).size === names.length && !names.some((name) => fetchOwns.test(name));
}

/**
 * @param {Entry} e
 * @param {Recorded} r
 */
function fetched(e, r) {
  const failed = e.status ? '' : '.catch(() => null)';
  return [`const response = await fetch(${script(address(r))}, {`, `  method: ${scriptString(r.method)},`,
    '  headers: [', ...r.headers.map((h) => `    [${scriptString(h.name)}, ${script(h.value)}],`), '  ],',
    ...(r.hasBody ? ['  body,'] : []), ...(e.status >= 300 && e.status < 400 ? ["  redirect: 'manual',"] : []), `})${failed};`,
    ...(e.status ? [`if (response.status !== ${e.status}) throw new Error(\`status \${response.status}, want ${e.status}\`);`, 'console.log(await response.text());']
      : ['if (response) throw new Error(`status ${response.status}, want a connection that is cut`);'])];
}

/**
 * @param {Entry} e
 * @param {Recorded} r
 */
function requested(e, r) {
  const names = [...new Set(r.headers.map((h) => h.name))];
  const from = r.origin.startsWith('https:') ? 'node:https' : 'node:http';
  return ['// fetch cannot send this request, so that it takes Node.', `const { request } = await import('${from}');`,
    `const call = request(${scriptString(r.origin)}, { method: ${scriptString(r.method)}, path: ${script(r.target)} });`,
    ...names.map((name) => `call.setHeader(${scriptString(name)}, [${r.headers.filter((h) => h.name === name).map((h) => script(h.value)).join(', ')}]);`),
    ...(r.hasBody ? ["call.setHeader('Content-Length', body.length);"] : []),
    `const response = await new Promise((answered, failed) => call.on('response', answered).on('error', ${e.status ? 'failed' : '() => answered(null)'}).end(${r.hasBody ? 'body' : ''}));`,
    ...(e.status ? [`if (response.statusCode !== ${e.status}) throw new Error(\`status \${response.statusCode}, want ${e.status}\`);`, 'for await (const part of response) process.stdout.write(part);']
      : ['if (response) throw new Error(`status ${response.statusCode}, want a connection that is cut`);'])];
}

/**
 * An expression of a text of which a character is a byte: the form of headers and addresses.
 * @param {Pieces} pieces
 */
function script(pieces) {
  return pieces.map((piece) => (typeof piece === 'string' ? scriptString(piece) : `given(${scriptString(piece.variable)})`)).join(' + ') || "''";
}

/** @param {Pieces} pieces */
function scriptBytes(pieces) {
  if (pieces.every((piece) => typeof piece !== 'string' || isUTF8(piece))) {
    return `new TextEncoder().encode(${pieces.map((piece) => (typeof piece === 'string' ? scriptString(utf8(piece)) : `given(${scriptString(piece.variable)})`)).join(' + ')})`;
  }
  return `Uint8Array.from(${script(pieces)}, (c) => c.charCodeAt(0))`;
}

/** @param {string} text */
function scriptString(text) {
  return [...JSON.stringify(text)].map((c) => (unseen.test(c) ? `\\u{${Number(c.codePointAt(0)).toString(16)}}` : c)).join('');
}
