// The suite of a CommonJS module, for node:test.
const assert = require('node:assert/strict')
const { test } = require('node:test')
const { connect, start } = require('understudy-mock')

test('from require', async () => {
  const mock = await start()
  try {
    const world = await mock.world('named')
    assert.equal(world.name, 'named')
    const answer = await fetch(`${world.crmcomUrl}/webhook_requests?token=${world.token}`)
    assert.equal(answer.status, 200)
    const again = await connect(new URL(mock.makecomUrl).origin)
    assert.equal((await (await again.world('named')).journal()).length, 1)
  } finally {
    await mock.stop()
  }
  await assert.rejects(fetch(mock.makecomUrl), 'it still listens')
})
