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
  const waits = async (copy) => JSON.parse(await copy.export()).makecom.hooks.find((h) => h.id === 654).items.some((item) => item.id === id)
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
  for (const url of ['localhost:8654', 'ftp://127.0.0.1', 'nowhere', 'http://127.0.0.1:99999', 'http://127.0.0.1:0', 'http://127.0.0.1:x', 'http://[::1']) {
    const message = `url ${JSON.stringify(url)}: give scheme, host and a port of 1 to 65535, as in http://127.0.0.1:8654`
    await assert.rejects(connect(url), { name: 'UnderstudyError', message })
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

test('options that are wrong are refused by name', async () => {
  for (const [options, message] of [
    [{ sed: 5 }, /no option "sed"; take one of .*seed/],
    [{ seed: 'x' }, /seed must be a whole number.*, found "x"/],
    [{ seed: 2 ** 60 }, /seed must be a whole number, or a BigInt .*; write it as 1152921504606846976n/],
    [{ egress: 'example.com' }, /egress must be an array of strings/],
    [{ timeout: 0 }, /timeout must be milliseconds/],
    [['--tokens', 'open'], /options must be an object, found an array/],
    [null, /options must be an object, found null/],
    [{ world: 'nowhere.yaml' }, /nowhere.yaml: no such file/],
    [{ args: ['--help'] }, /printed ".*"; give in args only what serve goes on with/],
  ]) {
    await assert.rejects(start(options), { name: 'UnderstudyError', message })
  }
  await assert.rejects(connect({ uri: mock.makecomUrl }), { name: 'UnderstudyError', message: /no option "uri"; take one of url/ })
})

test('a seed may be longer than a number of JavaScript', async () => {
  const own = await start({ seed: 12345678901234567n })
  assert.match(await (await own.world()).export(), /"seed":\s*-?\d+/)
  await own.stop()
})

test('a receiver that nobody made is refused, and not empty', async () => {
  const world = await mock.world()
  await world.sink('shop')
  assert.deepEqual(await world.received('shop'), [])
  await assert.rejects(world.received('shopp'), { name: 'UnderstudyError', code: 'unknown-sink', status: 404, message: /no sink "shopp".*take "shop"/ })
})

test('a world that was deleted does not answer again', async () => {
  const world = await mock.world()
  const hook = world.hook(654)
  await world.delete()
  await world.delete()
  const gone = { name: 'UnderstudyError', code: 'deleted', message: /was deleted; open another one/ }
  for (const call of [
    () => world.verify({ operation: 'deleteHookIncomings', exactly: 0 }),
    () => world.journal(),
    () => world.state('items waiting', { hookId: 654, count: 1 }),
    () => world.received('shop'),
    () => hook.deliver({ order: 1 }),
    () => hook.begin(),
  ]) {
    await assert.rejects(call, gone)
  }
})

test('a duration without a unit is refused with one', async () => {
  const world = await mock.world()
  for (const by of [72, '72']) await assert.rejects(world.advance(by), { name: 'UnderstudyError', message: /name the unit, as in "72h"/ })
})

test('what JSON does not have is refused, and a mock that is not there is named', async () => {
  const world = await mock.world()
  for (const value of [undefined, () => 1, Symbol('x'), 1n, NaN, { a: [Infinity] }, { a: 1n }, new Map([[1, 2]]), { a: new Set([1]) }, Buffer.from('x'), new Uint8Array(2), [new ArrayBuffer(2)], /x/]) {
    await assert.rejects(world.hook(654).deliver(value), { name: 'UnderstudyError', message: /JSON has no/ })
  }
  assert.equal((await world.hook(654).deliver(null, 0, '', { a: undefined, at: new Date(0) })).length, 4)
  const gone = await start()
  await gone.stop()
  await assert.rejects(connect(new URL(gone.makecomUrl).origin), { name: 'UnderstudyError', message: /no answer: .*ECONNREFUSED/ })
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

test('a mock with an authority of its own is reached', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
  const ca = join(folder, 'ca.pem')
  try {
    for (const args of [['--tls-ca', ca], [`--tls-ca=${ca}`]]) {
      const own = await start({ args })
      const url = new URL(own.makecomUrl).origin
      assert.match(url, /^https:/)
      for (const reached of [own, await connect({ url, ca })]) {
        assert.equal((await (await reached.world()).hook(654).deliver({ order: 1 })).length, 1)
      }
      await assert.rejects(connect(url), { name: 'UnderstudyError', message: /gave no answer: .*certificate.*; give ca, the file that serve --tls-ca names/ })
      await assert.rejects(connect(url.replace('https:', 'http:')), { message: /answered 400: Client sent an HTTP request to an HTTPS server/ })
      await own.stop()
    }
    await assert.rejects(connect({ url: 'https://127.0.0.1:1', ca: join(folder, 'nowhere.pem') }), { name: 'UnderstudyError', message: /ca: .*nowhere.pem.*give the file/ })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a mock may listen at a port that fetch refuses', async (t) => {
  for (const port of [6000, 6566, 6665, 10080]) {
    const stub = createServer((_, answer) => answer.setHeader('Content-Type', 'application/json').end('{"worlds":[]}'))
    const listens = await new Promise((settle) => stub.once('error', () => settle(false)).listen(port, '127.0.0.1', () => settle(true)))
    if (!listens) continue // somebody else does
    t.after(() => stub.close())
    await connect(`http://127.0.0.1:${port}`)
    return
  }
  t.skip('all of these ports are taken')
})

test('a world file is exact', async () => {
  const world = await mock.world()
  await world.hook(654).deliver({ order: 1 })
  const text = await world.export()
  const [, seed] = text.match(/"seed":\s*(-?\d+)/)
  assert.notEqual(String(BigInt(Number(seed))), seed) // too long for a number of JavaScript
  assert.equal(await (await fetch(`${mock.controlUrl}/worlds/${world.name}`)).text(), text)
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
  writeFileSync(join(folder, 'world.json'), text)
  const again = await start({ world: join(folder, 'world.json') })
  await again.stop()
  rmSync(folder, { recursive: true })
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
  const sizes = await Promise.all(worlds.map(async (w) => JSON.parse(await w.export()).makecom.hooks.find((h) => h.id === 654).items.length))
  assert.deepEqual(sizes, worlds.map((_, i) => sizes[0] + i))
})
