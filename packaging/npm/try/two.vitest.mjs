import { afterAll, beforeAll, expect, test } from 'vitest'
import { start } from 'understudy-mock'

let mock
beforeAll(async () => {
  mock = await start()
})
afterAll(() => mock.stop())

test.concurrent.each([1, 2, 3])('%i items', async (count) => {
  const world = await mock.world()
  expect(await world.hook(654).deliverSome(count)).toHaveLength(count)
})
