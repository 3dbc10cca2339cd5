import { randomBytes } from 'node:crypto'

import { binary } from '../../lib/binary.cjs'
import { call } from './call.js'
import { Child } from './child.js'
import { UnderstudyError } from './errors.js'
import { fetching } from './fetch.js'
import { createClient, type Client } from './generated/client/index.js'
import * as api from './generated/sdk.gen.js'
import { check, exact, milliseconds, text, texts } from './options.js'
import { World } from './world.js'

/** StartOptions are the settings of a mock. */
export interface StartOptions {
  /** A world file (YAML or JSON) in the stead of the documented base world. */
  world?: string
  /** A dialect file with answers to the open questions, or `hostile`. */
  dialect?: string
  /** Where ids and made-up data start; 1 when left out. Beyond 2^53 it is a BigInt. */
  seed?: number | bigint
  /** Hosts beyond loopback to which webhooks may be sent. */
  egress?: string[]
  /** More arguments of `understudy serve`. */
  args?: string[]
  /** Milliseconds until it has to listen; 20000 when left out. */
  timeout?: number
}

/** ConnectOptions say where a mock runs that somebody else started. */
export interface ConnectOptions {
  /** Scheme and host, such as `http://127.0.0.1:8654`. */
  url: string
  /** Where the control API has a listener of its own. */
  controlUrl?: string
  /** What the control API wants beyond loopback. */
  controlToken?: string
  /** The file of an authority to trust, such as that of `serve --tls-ca`. */
  ca?: string
}

/** Mock is a running mock of both vendors. */
export interface Mock {
  /** Base of Make's API. */
  readonly makecomUrl: string
  /** Base of CRM.COM's API. */
  readonly crmcomUrl: string
  /** Base of the control API. */
  readonly controlUrl: string
  /** The client for the functions of `control`: `control.listWorlds({ client: mock.client })`. */
  readonly client: Client
  /** Opens a world: a vendor of its own, with its own state, clock and journal. Without a name it gets a new one. */
  world(name?: string): Promise<World>
  /** Ends the mock, if it was started here, and waits until it is gone. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Names a mock for start to join: `understudy mutate` and the tool `check_client` of `understudy mcp` set it, as for Go's mocktest. */
const joinVariable = 'UNDERSTUDY_MOCKTEST_URL'

/**
 * start runs a mock of its own on a free port of 127.0.0.1. It ends with this process. Where the variable UNDERSTUDY_MOCKTEST_URL names a
 * mock, start joins that one, unless options say what its own is like.
 */
export async function start(options: StartOptions = {}): Promise<Mock> {
  check('start', options, { world: text, dialect: text, seed: exact, egress: texts, args: texts, timeout: milliseconds })
  const there = process.env[joinVariable]
  if (there) {
    const own = Object.entries(options).find(([name, value]) => name !== 'timeout' && value !== undefined)
    if (!own) return connect(there)
    process.emitWarning(`start has the option ${own[0]}: its mock is its own and does not join ${there}`, 'UnderstudyWarning')
  }
  const child = new Child(program(), argumentsOf(options))
  const ready = await child.ready(options.timeout ?? 20_000)
  const { makecom, crmcom, control } = ready
  const given = (flag: string) => valueOf(flag, options.args ?? [])
  try {
    return mock({ makecom, crmcom, control }, given('--control-token'), given('--tls-ca'), () => child.stop())
  } catch (error) {
    await child.stop()
    throw error
  }
}

/** connect takes hold of a mock that runs already, such as a container or one that a global setup started. */
export async function connect(options: ConnectOptions | string): Promise<Mock> {
  const given: ConnectOptions = typeof options === 'string' ? { url: options } : options
  check('connect', given, { url: text, controlUrl: text, controlToken: text, ca: text })
  const { url, controlUrl, controlToken, ca } = given
  const base = origin('url', url)
  const control = `${origin('controlUrl', controlUrl ?? url)}/_understudy/v1`
  const made = mock({ makecom: `${base}/api/v2`, crmcom: `${base}/crmapi/rest/v2`, control }, controlToken, ca, async () => {})
  const answer = await call('connect', api.listWorlds({ client: made.client }))
  if (!Array.isArray((answer as { worlds?: unknown }).worlds)) throw new UnderstudyError(`connect: what answers at ${control} is no mock; give its address`)
  return made
}

function program(): string {
  try {
    return binary()
  } catch (cause) {
    throw new UnderstudyError((cause as Error).message, '', 0, cause)
  }
}

/** valueOf is what the arguments give to a flag. */
function valueOf(flag: string, args: string[]): string | undefined {
  for (const [i, arg] of args.entries()) {
    if (arg === flag) return args[i + 1]
    if (arg.startsWith(`${flag}=`)) return arg.slice(flag.length + 1)
  }
  return undefined
}

function origin(name: string, text: string): string {
  let url: URL | undefined
  let cause: unknown
  try {
    url = new URL(text)
  } catch (error) {
    cause = error
  }
  // localhost:8654 is a URL as well, whose scheme is localhost.
  if ((url?.protocol !== 'http:' && url?.protocol !== 'https:') || url.port === '0') {
    throw new UnderstudyError(`${name} ${JSON.stringify(text)}: give scheme, host and a port of 1 to 65535, as in http://127.0.0.1:8654`, '', 0, cause)
  }
  return url.origin
}

function argumentsOf(o: StartOptions): string[] {
  const args = ['--addr', '127.0.0.1:0', '--log-level', 'warn']
  if (o.world !== undefined) args.push('--world', o.world)
  if (o.dialect !== undefined) args.push('--dialect', o.dialect)
  if (o.seed !== undefined) args.push('--seed', String(o.seed))
  for (const host of o.egress ?? []) args.push('--egress', host)
  return [...args, ...(o.args ?? [])]
}

interface Addresses {
  makecom: string
  crmcom: string
  control: string
}

function mock(at: Addresses, token: string | undefined, ca: string | undefined, stop: () => Promise<void>): Mock {
  const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const client = createClient({ baseUrl: at.control, headers, fetch: fetching(ca) })
  return {
    makecomUrl: at.makecom,
    crmcomUrl: at.crmcom,
    controlUrl: at.control,
    client,
    world: (name = `world-${randomBytes(6).toString('hex')}`) => World.open(client, { makecomUrl: at.makecom, crmcomUrl: at.crmcom }, name),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
