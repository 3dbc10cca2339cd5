import { readFileSync } from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'
import { Readable } from 'node:stream'

import { UnderstudyError } from './errors.js'

/**
 * fetching is fetch, as far as a client of the control API needs it. The one of node refuses some ports at which a mock may listen, gives
 * an answer five minutes to begin, and trusts only the authorities that the process began with. ca is a file of one more.
 */
export function fetching(ca?: string): typeof fetch {
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true, ca: authority(ca) }) }
  return async (input, init) => {
    const asked = new Request(input, init)
    const url = new URL(asked.url)
    const protocol = url.protocol as keyof typeof agents
    const body = Buffer.from(await asked.arrayBuffer())
    const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const options = { agent: agents[protocol], method: asked.method, headers: Object.fromEntries(asked.headers), signal: asked.signal }
      const sent = (protocol === 'https:' ? https : http).request(url, options, resolve)
      sent.on('error', reject)
      sent.end(body)
    })
    return response(answer)
  }
}

function authority(file: string | undefined): Buffer | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new UnderstudyError(`ca: ${(cause as Error).message}; give the file that serve --tls-ca names`, '', 0, cause)
  }
}

function response(answer: http.IncomingMessage): Response {
  const { statusCode: status = 0, statusMessage: statusText } = answer
  const headers = new Headers()
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  const empty = [204, 205, 304].includes(status)
  if (empty) answer.resume()
  return new Response(empty ? null : (Readable.toWeb(answer) as unknown as ReadableStream), { status, statusText, headers })
}
