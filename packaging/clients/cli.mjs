// Make's own command line.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'

const actions = [
  'list --team-id=1',
  'list --team-id=1 --output=table',
  'get 654',
  'get 999999',
  "create --team-id=1 --name=New --type-name=gateway-webhook",
  "update 654 --data={}",
  'delete 654',
]

// Runs the command without the settings of this machine, and returns its code and what it printed.
function run(program, at, world, args) {
  const env = { ...process.env, MAKE_API_KEY: world.name, MAKE_ZONE: at, XDG_CONFIG_HOME: '/nonexistent' }
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env, timeout: 60_000 }, (error, out, err) => resolve({ code: error ? error.code : 0, out, err }))
  })
}

async function nothingLeftOut(program, at, world) {
  const { out } = await run(program, at, world, ['hooks', '--help'])
  const known = [...out.split('Commands:')[1].matchAll(/^ {2}(\w[\w-]*)/gm)].map(([, name]) => name).filter((name) => name !== 'help')
  assert.deepEqual(known.sort(), [...new Set(actions.map((a) => a.split(' ')[0]))].sort(), 'the command line has actions about hooks that are not run here')
}

export async function cli(program, at, world) {
  await nothingLeftOut(program, at, world)
  return world.drive(actions.map((action) => [`make-cli hooks ${action}`, async () => {
    const { code, out, err } = await run(program, at, world, ['hooks', ...action.split(' ')])
    return { ok: code === 0, text: code === 0 ? `prints ${out.trim().split('\n').length} lines` : `exit code ${code}: ${err.trim()}` }
  }]))
}
