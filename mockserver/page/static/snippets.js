// One exchange as a command or a piece of code. Texts are quoted whole, whatever is in them.

/** @typedef {import('./journal.js').Entry} Entry */

// What the client's own machinery sends by itself.
const automatic = new Set(['host', 'content-length', 'connection', 'accept-encoding', 'transfer-encoding']);

/** @param {Entry} e */
function parts(e) {
  const headers = Object.entries(e.request?.headers || {}).filter(([name]) => !automatic.has(name.toLowerCase())).flatMap(([name, values]) => values.map((v) => [name, v]));
  return { url: location.origin + e.path + (e.query ? `?${e.query}` : ''), headers, body: e.request?.body || '', base64: Boolean(e.request?.base64) };
}

/** @param {string} text */
function shell(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param {Entry} e */
export function curl(e) {
  const p = parts(e);
  const words = ['curl', '-sS', '-i', '--globoff', '-X', shell(e.method), shell(p.url), ...p.headers.flatMap(([name, value]) => ['-H', shell(`${name}: ${value}`)])];
  if (!p.body) return words.join(' ');
  return p.base64 ? `printf %s ${shell(p.body)} | base64 -d | ${words.join(' ')} --data-binary @-` : `${words.join(' ')} --data-raw ${shell(p.body)}`;
}

/** @param {Entry} e */
export function javascript(e) {
  const p = parts(e);
  const body = p.base64 ? `Uint8Array.from(atob(${JSON.stringify(p.body)}), (c) => c.charCodeAt(0))` : JSON.stringify(p.body);
  return [`const response = await fetch(${JSON.stringify(p.url)}, {`, `  method: ${JSON.stringify(e.method)},`,
    `  headers: ${JSON.stringify(p.headers)},`, ...(p.body ? [`  body: ${body},`] : []), '});',
    `if (response.status !== ${e.status}) throw new Error(\`status \${response.status}, want ${e.status}\`);`, 'console.log(await response.text());'].join('\n');
}

/** @param {Entry} e */
export function goTest(e) {
  const p = parts(e);
  const body = p.base64 ? 'base64.NewDecoder(base64.StdEncoding, strings.NewReader(body))' : 'strings.NewReader(body)';
  return ['package understudy_test', '', 'import (', ...(p.base64 ? ['\t"encoding/base64"'] : []), '\t"io"', '\t"net/http"', '\t"strings"', '\t"testing"', ')', '',
    `func TestExchange${e.sequence}(t *testing.T) {`, `\tconst body = ${goString(p.body)}`,
    `\treq, err := http.NewRequestWithContext(t.Context(), ${goString(e.method)}, ${goString(p.url)}, ${body})`, '\tif err != nil {', '\t\tt.Fatal(err)', '\t}',
    ...p.headers.map(([name, value]) => `\treq.Header.Add(${goString(name)}, ${goString(value)})`),
    '\tanswer, err := http.DefaultClient.Do(req)', '\tif err != nil {', '\t\tt.Fatal(err)', '\t}', '\tdefer answer.Body.Close()',
    '\ttext, err := io.ReadAll(answer.Body)', '\tif err != nil {', '\t\tt.Fatal(err)', '\t}', `\tif answer.StatusCode != ${e.status} {`,
    `\t\tt.Errorf("status %d, want ${e.status}: %s", answer.StatusCode, text)`, '\t}', '}', ''].join('\n');
}

/**
 * A Go string literal: JSON's escapes are Go's, save for surrogates, which JSON.stringify writes only where they are alone.
 * @param {string} text
 */
function goString(text) {
  return JSON.stringify(text).replace(/\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g, '\\ufffd');
}
