// A world of the mock, driven by somebody's client, and what its journal says of each call.
import assert from 'node:assert/strict'

export class World {
  #control
  #seen = 0

  constructor(at, name) {
    this.name = name
    this.#control = `https://${at}/_understudy/v1/worlds/${name}`
  }

  async post(path, body) {
    const answer = await fetch(this.#control + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(await answer.text())
    return answer.json()
  }

  // An item in processing, and one that waits.
  async oneHeld() {
    const { ids } = await this.post('/makecom/hooks/654/incomings', { data: [{ order: 1 }, { order: 2 }] })
    await this.post('/makecom/hooks/654/begin', { ids: [ids[0]] })
    return ids
  }

  // The exchanges since the last time, the oldest first.
  async fresh() {
    const { entries } = await (await fetch(`${this.#control}/journal`)).json()
    const fresh = entries.slice(this.#seen)
    this.#seen = entries.length
    return fresh
  }

  // Makes one call after the other; each returns { ok, text }, what the client makes of the answer. Every call sends one request.
  async drive(calls) {
    const rows = []
    for (const [name, call] of calls) {
      const { ok, text } = await call()
      const fresh = await this.fresh()
      assert.equal(fresh.length, 1, `${name} sent ${fresh.length} requests`)
      rows.push({ name, ok, text, entry: fresh[0], played: fresh[0].operation !== '' })
    }
    return rows
  }
}

const cell = (text) => text.replaceAll('|', '\\|')

export function table(rows, client) {
  const lines = rows.map(({ name, entry, text, played }) =>
    `| \`${cell(name)}\` | ${played ? `\`${entry.operation}\`` : `**not played**: \`${entry.method} ${entry.path}\``} | ${entry.status} | ${cell(text)} |`)
  return [`| call | reaches | status | what the ${client} makes of it |`, '|---|---|---:|---|', ...lines].join('\n')
}

export function counts(rows) {
  const played = rows.filter((r) => r.played)
  return `${played.length} of ${rows.length} calls are operations that the mock plays; ${played.filter((r) => r.ok).length} of these succeed, the others are refused as the documents say.`
}

export function sentences(rows) {
  return [...new Set(rows.filter((r) => r.played).flatMap((r) => r.entry.requirements))].sort()
}
