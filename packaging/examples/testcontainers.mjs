// The mock in a container, by Testcontainers for Node: UNDERSTUDY_IMAGE=registry.example/understudy:0.1.0 node testcontainers.mjs
import { GenericContainer, Wait } from 'testcontainers'

/** @param {string} image */
async function start(image) {
  const mock = await new GenericContainer(image)
    .withExposedPorts(8654)
    .withEnvironment({ UNDERSTUDY_CONTROL_TOKEN: 'secret' })
    .withWaitStrategy(Wait.forHttp('/_understudy/readyz', 8654))
    .start()
  return { mock, url: `http://${mock.getHost()}:${mock.getMappedPort(8654)}` }
}

const { mock, url } = await start(process.env.UNDERSTUDY_IMAGE ?? '')
try {
  const answer = await fetch(`${url}/api/v2/hooks/654/incomings`, {
    method: 'DELETE',
    headers: { Authorization: 'Token try', 'Content-Type': 'application/json' },
    body: JSON.stringify({ all: true }),
  })
  console.log(await answer.text())
} finally {
  await mock.stop()
}
