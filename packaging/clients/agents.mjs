// Make's own server of the Model Context Protocol: it offers an account's scenarios to agents, by standard input and output.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

function client(program, at, world) {
  const env = { ...process.env, MAKE_API_KEY: world.name, MAKE_ZONE: at, MAKE_TEAM: '1' }
  const child = spawn(process.execPath, [program], { env, stdio: ['pipe', 'pipe', 'inherit'], timeout: 60_000 })
  const waiting = new Map()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line)
    waiting.get(answer.id)?.(answer)
  })
  child.on('exit', () => waiting.forEach((settle) => settle({ error: { message: 'the server has ended' } })))
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  let next = 0
  return {
    tell: (method) => send({ method }),
    ask: (method, params = {}) => new Promise((settle) => {
      const id = ++next
      waiting.set(id, settle)
      send({ id, method, params })
    }),
    stop: () => child.kill(),
  }
}

export async function agents(program, at, world) {
  const server = client(program, at, world)
  try {
    const { error } = await server.ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'understudy', version: '1' } })
    if (error) throw new Error(error.message)
    server.tell('notifications/initialized')
    return await world.drive([['tools/list', async () => {
      const answer = await server.ask('tools/list')
      return answer.error ? { ok: false, text: `error ${answer.error.code}: ${answer.error.message}` } : { ok: true, text: `${answer.result.tools.length} tools` }
    }]])
  } finally {
    server.stop()
  }
}
