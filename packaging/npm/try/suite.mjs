// The suite of an ES module, for node:test.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect, start, VerificationError } from 'understudy-mock'

let mock
before(async () => {
  mock = await start()
})
after(() => mock.stop())

function remove(world, body) {
  return fetch(`${world.makecomUrl}/hooks/654/incomings`, {
    method: 'DELETE',
    headers: { Authorization: `Token ${world.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
}

test('a queue is not emptied by accident', async () => {
  const world = await mock.world()
  await world.hook(654).deliver({ order: 1 })
  const answer = await remove(world, { all: true })
  assert.equal(answer.status, 406)
  assert.equal((await answer.json()).code, 'IM004')
  await world.verify({ operation: 'deleteHookIncomings', exactly: 1, status: 406 })
})

test('an item in processing stays', async () => {
  const world = await mock.world()
  const [held, free] = await world.hook(654).deliver({ order: 1 }, { order: 2 })
  await world.hook(654).begin(held)
  const { incomings, error } = await (await remove(world, { ids: [held, free] })).json()
  assert.deepEqual(incomings, [free])
  assert.ok(error)
  assert.deepEqual(await world.hook(654).finish(), [held])
})

test('near misses are told', async () => {
  const world = await mock.world()
  await remove(world, { all: true })
  await assert.rejects(world.verify({ operation: 'deleteHookIncomings', status: 200 }), (error) => {
    assert.ok(error instanceof VerificationError)
    assert.match(error.message, /status: want 200, got 406/)
    return true
  })
})

test('faults, time, states and copies', async () => {
  const world = await mock.world()
  await world.faults({ operation: 'deleteHookIncomings', first: 1, status: 429 })
  assert.equal((await remove(world, { all: true })).status, 429)
  await world.freeze('2026-01-01T00:00:00Z')
  assert.equal((await world.advance('72h')).now, '2026-01-04T00:00:00Z')
  const { ids } = await world.state('items waiting', { hookId: 654, count: 2 })
  assert.equal(ids.length, 2)
  const copy = await world.fork(`${world.name}-copy`)
  assert.deepEqual(await copy.journal(), [])
  assert.equal((await world.journal({ status: 429 })).length, 1)
})

test('a copy of an earlier moment', async () => {
  const world = await mock.world()
  const [id] = await world.hook(654).deliver({ order: 1 })
  await remove(world, { ids: [id] })
  const [{ moment }] = await world.journal({ operation: 'deleteHookIncomings' })
  const waits = async (copy) => (await copy.export()).makecom.hooks.find((h) => h.id === 654).items.some((item) => item.id === id)
  assert.equal(await waits(await world.fork(`${world.name}-before`, moment - 1)), true)
  assert.equal(await waits(await world.fork(`${world.name}-after`, moment)), false)
  await assert.rejects(world.fork(`${world.name}-never`, moment + 1000), { name: 'UnderstudyError' })
})

test('a rule of CRM.COM fires', async () => {
  const world = await mock.world()
  const made = await world.newDefinition({ url: await world.sink('shop', { status: 500 }), entity: 'ACTIVITIES' })
  const { number } = await world.fire({ workflow_rule: made.workflow_rule.id })
  assert.ok(number)
  const [delivery] = await world.received('shop')
  assert.equal(delivery.status, 500)
})

test('a refusal names the field and the remedy', async () => {
  const world = await mock.world()
  await assert.rejects(world.advance('tomorrow'), { name: 'UnderstudyError', code: 'bad-body', message: /tomorrow/ })
  await assert.rejects(start({ args: ['--tokens', 'closed'] }), { message: /take open or declared/ })
})

test('a program whose child keeps its pipes open ends in time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
  const wrapper = join(folder, 'wrapper')
  for (const script of ['sleep 60 & wait', 'sleep 60 & exit 3', 'sleep 60']) {
    writeFileSync(wrapper, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    process.env.UNDERSTUDY_BINARY = wrapper
    const began = Date.now()
    try {
      await assert.rejects(start({ timeout: 300 }), { name: 'UnderstudyError', message: /did not listen within 300 ms/ })
    } finally {
      delete process.env.UNDERSTUDY_BINARY
    }
    assert.ok(Date.now() - began < 5000, `${script}: ${Date.now() - began} ms`)
  }
  rmSync(folder, { recursive: true })
})

test('what is no address of a mock is told', async () => {
  for (const url of ['localhost:8654', 'ftp://127.0.0.1', 'nowhere']) {
    await assert.rejects(connect(url), { name: 'UnderstudyError', message: `url ${JSON.stringify(url)}: give scheme and host, as in http://127.0.0.1:8654` })
  }
})

test('start joins the mock that a variable names, unless it is told what its own is like', async () => {
  process.env.UNDERSTUDY_MOCKTEST_URL = mock.controlUrl
  try {
    const joined = await start({ timeout: 1000 })
    assert.equal(joined.controlUrl, mock.controlUrl)
    await joined.stop()
    await mock.world()
    const own = await start({ seed: 7 })
    assert.notEqual(own.controlUrl, mock.controlUrl)
    await own.stop()
  } finally {
    delete process.env.UNDERSTUDY_MOCKTEST_URL
  }
})

test('what came too early is told', async () => {
  const world = await mock.world()
  await remove(world, { all: true })
  await fetch(`${world.makecomUrl}/hooks/654/incomings`, { headers: { Authorization: `Token ${world.token}` } })
  await assert.rejects(world.verifyInOrder({ operation: 'listHookIncomings' }, { operation: 'deleteHookIncomings' }), (error) => {
    assert.match(error.message, /\n  found 0 after what met the expectation before it; too early came #1 DELETE /)
    return error instanceof VerificationError
  })
})

test('options that are wrong are refused by name, and a late mock ends', async () => {
  for (const [options, message] of [
    [{ sed: 5 }, /no option "sed"; take one of .*seed/],
    [{ seed: 'x' }, /seed must be a whole number, found "x"/],
    [{ egress: 'example.com' }, /egress must be an array of strings/],
    [{ timeout: 0 }, /timeout must be milliseconds/],
    [['--tokens', 'open'], /options must be an object, found an array/],
    [null, /options must be an object, found null/],
    [{ timeout: 1 }, /did not listen within 1 ms/],
    [{ world: 'nowhere.yaml' }, /nowhere.yaml: no such file/],
  ]) {
    await assert.rejects(start(options), { name: 'UnderstudyError', message })
  }
  await assert.rejects(connect({ uri: mock.makecomUrl }), { name: 'UnderstudyError', message: /no option "uri"; take one of url/ })
})

test('what JSON does not have is refused, and a mock that is not there is named', async () => {
  const world = await mock.world()
  for (const value of [undefined, () => 1, Symbol('x'), 1n, NaN, { a: [Infinity] }, { a: 1n }]) {
    await assert.rejects(world.hook(654).deliver(value), { name: 'UnderstudyError', message: /JSON has no/ })
  }
  assert.equal((await world.hook(654).deliver(null, 0, '', { a: undefined })).length, 4)
  const gone = await start()
  await gone.stop()
  await assert.rejects(connect(new URL(gone.makecomUrl).origin), { name: 'UnderstudyError', message: /no answer: fetch failed: .*ECONNREFUSED/ })
})

test('whatever is wrong is an UnderstudyError', async () => {
  const stranger = createServer((_, answer) => answer.end('hello'))
  await new Promise((listens) => stranger.listen(0, '127.0.0.1', listens))
  const world = await mock.world()
  const circle = {}
  circle.self = circle
  process.env.UNDERSTUDY_BINARY = '/nowhere'
  try {
    for (const [wrong, message] of [
      [() => connect(`http://127.0.0.1:${stranger.address().port}`), /is no mock/],
      [() => start(), /\/nowhere cannot be executed/],
      [() => world.freeze('soon'), /"soon" is no time/],
      [() => world.freeze(new Date(NaN)), /is no time/],
      [() => world.hook().deliver(circle), /contains itself/],
    ]) {
      await assert.rejects(wrong, { name: 'UnderstudyError', message })
    }
  } finally {
    delete process.env.UNDERSTUDY_BINARY
    stranger.close()
  }
})

test('a control token among the arguments is that of the client', async () => {
  for (const args of [['--control-token', 's3cret'], ['--control-token=s3cret']]) {
    const own = await start({ args })
    await (await own.world()).hook(654).deliver({ order: 1 })
    await assert.rejects(connect(new URL(own.makecomUrl).origin), { code: 'unauthorized' })
    await connect({ url: new URL(own.makecomUrl).origin, controlToken: 's3cret' })
    await own.stop()
  }
})

test('what can be no name is refused with the rule', async () => {
  const world = await mock.world()
  const rule = { name: 'UnderstudyError', code: 'bad-name', message: /name is 1 to 64 of the letters .* found/ }
  for (const name of ['a/b', '', '.', '..', '../..', 'a b', 'Größe', '\ud800', 'a?b', 'a#b', '%2F', 'x'.repeat(65), null, 7]) {
    await assert.rejects(mock.world(name), rule, String(name))
    await assert.rejects(world.fork(name), rule)
    await assert.rejects(world.sink(name, { status: 200 }), rule)
    await assert.rejects(world.received(name), rule)
  }
  assert.equal((await mock.world('A-z_0.~')).name, 'A-z_0.~')
  for (const id of ['6/4', NaN, 6.5, null]) assert.throws(() => world.hook(id), { name: 'UnderstudyError', message: /id of a hook must be a whole number/ })
})

test('a wait may be longer than fetch waits for the beginning of an answer', async (t) => {
  const asked = []
  const stub = createServer((request, answer) => {
    const url = new URL(request.url, 'http://stub')
    answer.setHeader('Content-Type', 'application/json')
    if (!url.pathname.endsWith('/journal')) return answer.end('{"token":"t","worlds":[]}')
    asked.push(Number.parseInt(url.searchParams.get('timeout')))
    t.mock.timers.setTime(Date.now() + asked.at(-1)) // nobody waits here
    if (asked.length < 12) answer.statusCode = 409
    answer.end(asked.length < 12 ? '{"error":{"code":"wait-timeout","message":"0 of 1"}}' : '{"entries":[{"sequence":1}]}')
  })
  await new Promise((listens) => stub.listen(0, '127.0.0.1', listens))
  t.after(() => stub.close())
  const world = await (await connect(`http://127.0.0.1:${stub.address().port}`)).world('late')
  t.mock.timers.enable({ apis: ['Date'] })
  assert.equal((await world.waitFor(1, {}, '1h30m')).length, 1)
  assert.deepEqual(asked, Array(12).fill(60_000))
  asked.length = 0
  await assert.rejects(world.waitFor(1, {}, '2m1.5s'), { code: 'wait-timeout' })
  assert.deepEqual(asked, [60_000, 60_000, 1500])
})

test('variables of the server are not those of a mock of the tests', async () => {
  Object.assign(process.env, { UNDERSTUDY_CONTROL_TOKEN: 'secret', UNDERSTUDY_TLS_CA: 'nowhere.pem' })
  try {
    const own = await start()
    await (await own.world()).hook(654).deliver({ order: 1 })
    await own.stop()
  } finally {
    delete process.env.UNDERSTUDY_CONTROL_TOKEN
    delete process.env.UNDERSTUDY_TLS_CA
  }
})

test('worlds of one mock never meet', async () => {
  const worlds = await Promise.all(Array.from({ length: 20 }, () => mock.world()))
  await Promise.all(worlds.map((w, i) => w.hook(654).deliverSome(i + 1)))
  const sizes = await Promise.all(worlds.map(async (w) => (await w.export()).makecom.hooks.find((h) => h.id === 654).items.length))
  assert.deepEqual(sizes, worlds.map((_, i) => sizes[0] + i))
})
