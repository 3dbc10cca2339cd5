// Compiled and not run: what a strict project sees.
import { control, start, type Expectation, type Mock, type World } from 'understudy-mock'

export async function typed(): Promise<number> {
  const mock: Mock = await start({ seed: 7, egress: ['shop.test'] })
  const world: World = await mock.world()
  const expectation: Expectation = { operation: 'deleteHookIncomings', exactly: 1 }
  await world.verify(expectation)
  await world.faults({ operation: '*', first: 2, status: 429 })
  const earlier: World = await world.fork('earlier', 3)
  const past = await control.getState({ client: mock.client, path: { world: earlier.name }, query: { moment: 3 } })
  console.log(past.data?.last)
  const { data } = await control.listWorlds({ client: mock.client })
  // @ts-expect-error a fault needs an operation
  await world.faults({ status: 429 })
  await mock.stop()
  return data?.worlds.length ?? 0
}
