import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { start } from 'understudy-mock'

let mock
before(async () => { mock = await start() })
after(() => mock.stop())

test('a queue is not emptied by accident', async () => {
  const world = await mock.world() // a vendor of its own for this test
  const [id] = await world.hook(654).deliver({ order: 1 })
  await world.hook(654).begin(id) // held in processing until finish()

  const answer = await fetch(`${world.makecomUrl}/hooks/654/incomings`, {
    method: 'DELETE',
    headers: { Authorization: `Token ${world.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ all: true }),
  })
  assert.equal(answer.status, 406)
  assert.equal((await answer.json()).code, 'IM004')
  await world.verify({ operation: 'deleteHookIncomings', exactly: 1, status: 406 })
})
