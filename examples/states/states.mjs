// Provider states in Pact's format, for `understudy verify makecom --state-url http://127.0.0.1:9100/states`.
//
// Copy this file and put code of your own into the functions under states. Here they drive a mock, which stands for your
// server: start it with `understudy serve`, and this file with `node states.mjs http://127.0.0.1:8654 9100`.

import { createServer } from 'node:http'

const [mock, port] = process.argv.slice(2)

/** A refusal: 400 for wrong params, 409 for a state that cannot be reached now. */
class Refused extends Error {
  constructor(status, why) {
    super(why)
    this.status = status
  }
}

/** Stands for the inside of your server: rows in its database, a call of its own code. */
async function control(params, path, body) {
  const answer = await fetch(`${mock}/_understudy/v1/worlds/${params.token ?? 'demo'}/${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Refused(answer.status, await answer.text())
  return answer.json()
}

function need(params, name) {
  if (params[name] === undefined) throw new Refused(400, `${name} is missing`)
  return params[name]
}

function aHook(params) {
  const wanted = {}
  for (const name of ['queueLimit', 'method', 'headers', 'confidential', 'foreign']) if (name in params) wanted[name] = params[name]
  return control(params, 'makecom/hooks', wanted) // {"hookId": 7, "hookUrl": "http://…"}
}

function itemsWaiting(params) {
  const data = params.data ?? Array.from({ length: Number(need(params, 'count')) }, (_, number) => ({ number }))
  return control(params, `makecom/hooks/${need(params, 'hookId')}/incomings`, { data }) // {"ids": […]}
}

async function anItemBeingProcessed(params) {
  const { ids } = await control(params, `makecom/hooks/${need(params, 'hookId')}/begin`, { count: 1 })
  return { id: ids[0] }
}

async function processingFinished(params) {
  try {
    await control(params, `makecom/hooks/${need(params, 'hookId')}/finish`, { ids: [need(params, 'id')] })
  } catch (error) {
    if (error.status !== 404) throw error // what is gone already is finished
  }
  return {}
}

const anExpiredToken = (params) => control(params, 'tokens', { expires: '2001-01-01T00:00:00Z' })

// The states that can be set up, and what takes them back; none where nothing is to be taken back.
const states = new Map([
  ['a hook', { setup: aHook }],
  ['items waiting', { setup: itemsWaiting }],
  ['an item being processed', { setup: anItemBeingProcessed, teardown: processingFinished }],
  ['processing finished', { setup: processingFinished }],
  ['an expired token', { setup: anExpiredToken }],
])

async function change({ state, params, action = 'setup' }) {
  if (!states.has(state)) throw new Refused(404, `there is no state ${JSON.stringify(state)}; there are ${[...states.keys()].join(', ')}`)
  if (!['setup', 'teardown'].includes(action)) throw new Refused(400, `action ${JSON.stringify(action)} is neither setup nor teardown`)
  const values = await states.get(state)[action]?.(params ?? {})
  return action === 'setup' ? values : {}
}

const server = createServer(async (request, response) => {
  let text = ''
  for await (const part of request) text += part
  let status = 200
  let answer
  try {
    answer = await change(JSON.parse(text))
  } catch (error) {
    status = error.status ?? 400
    answer = { error: error.message }
  }
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
})
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/states`))
