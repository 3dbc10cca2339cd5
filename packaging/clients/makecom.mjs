// Drives the mock with Make's own SDK and prints the page: node makecom.mjs HOST:PORT VERSION. What it prints holds nothing that
// differs from run to run, so that a changed page means a changed mock or a changed client.
import assert from 'node:assert/strict'
import { Make, MakeError } from '@makehq/sdk'

const [at, version] = process.argv.slice(2)
const world = 'clients'
const make = new Make(world, at, { retry: { onRateLimit: false, onServerError: false } })
const control = `https://${at}/_understudy/v1/worlds/${world}`

async function post(path, body) {
  const answer = await fetch(`${control}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json()
}

async function journal() {
  const answer = await fetch(`${control}/journal`)
  return (await answer.json()).entries
}

const [held, free] = (await post('/makecom/hooks/654/incomings', { data: [{ order: 1 }, { order: 2 }] })).ids
await post('/makecom/hooks/654/begin', { ids: [held] })

// Every method of the SDK that is about hooks, and Make's operations on queues, which it has no methods for, by its own fetch.
const remove = (body, query) => make.fetch('/hooks/654/incomings', { method: 'DELETE', body, query })
const calls = [
  ['hooks.list(1)', () => make.hooks.list(1)],
  ["hooks.list(1, { typeName: 'gateway-webhook' })", () => make.hooks.list(1, { typeName: 'gateway-webhook' })],
  ['hooks.list(1, { assigned: true })', () => make.hooks.list(1, { assigned: true })],
  ['hooks.list(1, { viewForScenarioId: 1 })', () => make.hooks.list(1, { viewForScenarioId: 1 })],
  ['hooks.list(1, { pg: { limit: 1 } })', () => make.hooks.list(1, { pg: { limit: 1 } })],
  ['hooks.get(654)', () => make.hooks.get(654)],
  ['hooks.get(999999)', () => make.hooks.get(999999)],
  ["fetch('/hooks/654/incomings')", () => make.fetch('/hooks/654/incomings')],
  ["fetch('/hooks/654/incomings', { query: { pg: { limit: 1 } } })", () => make.fetch('/hooks/654/incomings', { query: { pg: { limit: 1 } } })],
  ["fetch('/hooks/654/incomings/stats')", () => make.fetch('/hooks/654/incomings/stats')],
  ["fetch('/hooks/654/incomings/{id}')", () => make.fetch(`/hooks/654/incomings/${free}`)],
  ["fetch('/hooks/654/incomings', { method: 'DELETE', body: { all: true } })", () => remove({ all: true })],
  ["fetch('/hooks/654/incomings', { method: 'DELETE', body: { ids } }), one of them in processing", () => remove({ ids: [held, free] })],
  [
    "fetch('/hooks/654/incomings', { method: 'DELETE', body: { all: true }, query: { confirmed: true } })",
    () => remove({ all: true }, { confirmed: true }),
  ],
  ["hooks.create({ name: 'New', teamId: 1, typeName: 'gateway-webhook' })", () => make.hooks.create({ name: 'New', teamId: 1, typeName: 'gateway-webhook' })],
  ["hooks.rename(654, 'Other')", () => make.hooks.rename(654, 'Other')],
  ['hooks.update(654, { data: {} })', () => make.hooks.update(654, { data: {} })],
  ['hooks.ping(654)', () => make.hooks.ping(654)],
  ['hooks.enable(654)', () => make.hooks.enable(654)],
  ['hooks.disable(654)', () => make.hooks.disable(654)],
  ['hooks.learnStart(654)', () => make.hooks.learnStart(654)],
  ['hooks.learnStop(654)', () => make.hooks.learnStop(654)],
  ['hooks.delete(654)', () => make.hooks.delete(654)],
]

const known = new Set(Object.getOwnPropertyNames(Object.getPrototypeOf(make.hooks)).filter((name) => name !== 'constructor'))
const tried = new Set(calls.map(([name]) => name.match(/^hooks\.(\w+)/)?.[1]).filter(Boolean))
assert.deepEqual([...known].sort(), [...tried].sort(), 'the SDK has methods about hooks that are not called here')

async function outcome(call) {
  try {
    const value = await call()
    return { ok: true, text: Array.isArray(value) ? `${value.length} hooks` : 'an answer' }
  } catch (error) {
    if (!(error instanceof MakeError)) throw error
    return { ok: false, text: `MakeError ${error.statusCode}: ${error.message}` }
  }
}

let seen = 0
const rows = []
for (const [name, call] of calls) {
  const { ok, text } = await outcome(call)
  const entries = await journal()
  const fresh = entries.slice(seen)
  seen = entries.length
  assert.equal(fresh.length, 1, `${name} sent ${fresh.length} requests`)
  const [entry] = fresh
  rows.push({ name, entry, ok, text, played: entry.operation !== '' })
}

const cell = (text) => text.replaceAll('|', '\\|')
const reached = [...new Set(rows.filter((r) => r.played).flatMap((r) => r.entry.requirements))].sort()
assert.ok(reached.length > 5, 'the calls reached hardly any sentence')

console.log(`# What the vendors' own clients make of the mock

Written by \`make clients\`; do not edit. A client that the vendor wrote reads the vendor's answers as the vendor means them: what it
accepts from the mock is evidence that does not come from us. It counts beside the kill matrix and is never added to it.

## Make: \`@makehq/sdk\` ${version}, over TLS

The SDK talks HTTPS to a zone of Make. Here the zone is the mock with a certificate of its own (\`serve --tls-ca\`), and node trusts its CA by
\`NODE_EXTRA_CA_CERTS\`. Nothing else is changed; retries are off. Answers are held against the OpenAPI document
(\`--validate-responses\`). The page lists every method that the SDK has about hooks, and Make's operations on queues, for which it has
no methods, by its own \`fetch\`.

${rows.filter((r) => r.played).length} of ${rows.length} calls are operations that the mock plays; ${rows.filter((r) => r.played && r.ok).length} of these succeed, the others are refused as the documents say. The SDK turned
every refusal into its own \`MakeError\`.

| call | reaches | status | what the SDK makes of it |
|---|---|---:|---|`)
for (const { name, entry, text, played } of rows) {
  console.log(`| \`${cell(name)}\` | ${played ? `\`${entry.operation}\`` : '**not played**'} | ${entry.status} | ${cell(text)} |`)
}
console.log(`
\`listHooks\` takes the team and nothing else: filters and \`pg\` are accepted and ignored, since the contract is silent about them.
What is not played changes or sets up hooks. That is beyond *Hooks > Incomings* and the reads that lead there: in tests, the control API
makes hooks and disables them.

The calls reached ${reached.length} sentences of the contract:

${reached.map((id) => `- \`${id}\``).join('\n')}

## Not run

PyPI lists \`make-client\` 1.0.1, \`withmake\` 0.1.2 and \`integromat-wrapper\` 0.1.4 for Make's API. PyPI could not be reached from here on
2026-11-28, so they were not run.

## CRM.COM

No public client of its webhook requests was found in the package lists of npm, PyPI and Go on 2026-11-28. There is no evidence of this kind.`)
