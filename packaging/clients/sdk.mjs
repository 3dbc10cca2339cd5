// Make's own SDK for TypeScript.
import assert from 'node:assert/strict'
import { Make, MakeError } from '@makehq/sdk'

// Every method of the SDK that is about hooks, and Make's operations on queues, which it has no methods for, by its own fetch.
function calls(make, held, free) {
  const remove = (body, query) => make.fetch('/hooks/654/incomings', { method: 'DELETE', body, query })
  return [
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
}

// A method or a group of methods that a newer SDK has, such as one for queues, is not passed over.
function nothingLeftOut(make, called) {
  const known = [...Object.getOwnPropertyNames(Object.getPrototypeOf(make.hooks)), ...Object.keys(make.hooks)].filter((name) => name !== 'constructor')
  const tried = new Set(called.map(([name]) => name.match(/^hooks\.(\w+)/)?.[1]).filter(Boolean))
  assert.deepEqual(known.sort(), [...tried].sort(), 'the SDK has methods about hooks that are not called here')
}

async function outcome(call) {
  try {
    const value = await call()
    return { ok: true, text: Array.isArray(value) ? `${value.length} hooks` : 'an answer' }
  } catch (error) {
    if (!(error instanceof MakeError)) throw error
    return { ok: false, text: `MakeError ${error.statusCode}: ${error.message}` }
  }
}

export async function sdk(at, world) {
  const make = new Make(world.name, at, { retry: { onRateLimit: false, onServerError: false } })
  const all = calls(make, ...(await world.oneHeld()))
  nothingLeftOut(make, all)
  return world.drive(all.map(([name, call]) => [name, () => outcome(call)]))
}
