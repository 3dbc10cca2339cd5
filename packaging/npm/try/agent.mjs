// An agent, by lines of JSON-RPC and nothing else, has check_client run tests in JavaScript.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { test } from 'node:test'

test('check_client says what tests in JavaScript rely on', async (t) => {
  const { NODE_TEST_CONTEXT, ...env } = process.env // with it node runs no tests within tests
  const server = spawn('node_modules/.bin/understudy-mock', ['mcp'], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => server.stdin.end())
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()
  const ask = async (id, method, params) => {
    server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    const { result, error } = JSON.parse((await lines.next()).value)
    assert.equal(error, undefined)
    return result
  }
  await ask(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'try', version: '1' } })
  server.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n')

  const command = [process.execPath, '--test', 'readme.mjs']
  const { isError, content, structuredContent: out } = await ask(2, 'tools/call', { name: 'check_client', arguments: { api: 'makecom', command, mutants: 3 } })
  assert.ok(!isError, content[0].text)
  assert.equal(out.exit, 0, out.output)
  assert.ok(out.reliesOn.includes('makecom/delete/all-unconfirmed'), out.reliesOn)
  assert.equal(out.refusals, 1)
  assert.equal(out.refused[0].status, 406)
  assert.ok(out.refused[0].sentences['makecom/delete/all-unconfirmed'])
  assert.equal(out.mutants.tried, 3, out.noTrial)
  assert.equal(out.mutants.noticed + out.mutants.missed.length, 3)
})
