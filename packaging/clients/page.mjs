// Drives the mock with the vendors' own clients and prints the page: node page.mjs HOST:PORT. What it prints holds nothing that differs
// from run to run, so that a changed page means a changed mock or a changed client.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { agents } from './agents.mjs'
import { cli } from './cli.mjs'
import { sdk } from './sdk.mjs'
import { counts, sentences, table, World } from './world.mjs'

const [at] = process.argv.slice(2)
const modules = fileURLToPath(new URL('node_modules/', import.meta.url))
const manifest = (name) => JSON.parse(readFileSync(`${modules}${name}/package.json`, 'utf8'))
const version = (name) => `\`${name}\` ${manifest(name).version}`
const program = (name) => `${modules}${name}/${Object.values(manifest(name).bin)[0]}`

const ofSdk = await sdk(at, new World(at, 'clients-sdk'))
const ofCli = await cli(program('@makehq/cli'), at, new World(at, 'clients-cli'))
const ofAgents = await agents(program('@makehq/mcp-server'), at, new World(at, 'clients-agents'))
const reached = sentences([...ofSdk, ...ofCli])
assert.ok(reached.length > 30, 'the calls reached hardly any sentence')
assert.ok(ofAgents.every((r) => !r.played), 'the server for agents calls what the mock plays: the page says otherwise')

console.log(`# What the vendors' own clients make of the mock

Written by \`make clients\`; do not edit. A client that the vendor wrote reads the vendor's answers as the vendor means them: what it
accepts from the mock is evidence that does not come from us. It counts beside the kill matrix and is never added to it.

The clients talk HTTPS to a zone of Make. Here the zone is the mock with a certificate of its own (\`serve --tls-ca\`), and node trusts its CA by
\`NODE_EXTRA_CA_CERTS\`. Nothing else is changed. Answers are held against the OpenAPI document (\`--validate-responses\`).

## The SDK for TypeScript: ${version('@makehq/sdk')}

Every method that the SDK has about hooks, and Make's operations on queues, for which it has no methods, by its own \`fetch\`. Retries are off.

${counts(ofSdk)} The SDK turned every refusal into its own \`MakeError\`.

${table(ofSdk, 'SDK')}

\`listHooks\` takes the team and nothing else: filters and \`pg\` are accepted and ignored, since the contract is silent about them.

## The command line: ${version('@makehq/cli')}

Every action of \`make-cli hooks\`. It has none for queues.

${counts(ofCli)}

${table(ofCli, 'command line')}

## The server for agents: ${version('@makehq/mcp-server')}

It asks for scenarios when an agent asks for its tools. Scenarios are not played, so it cannot be used with the mock.

${table(ofAgents, 'server')}

## What is not played

What is not played changes or sets up hooks, or is about scenarios. That is beyond *Hooks > Incomings* and the reads that lead there: in
tests, the control API makes hooks and disables them. The reads that the contract names beside the operations on queues, \`listHooks\` and
\`getHook\`, and \`enableHook\` and \`disableHook\`, are played.

## Which sentences they reach

The calls reached ${reached.length} sentences of the contract:

${reached.map((id) => `- \`${id}\``).join('\n')}

## Not run

Looked for on 2026-11-28: names and summaries with \`make.com\`, \`makehq\`, \`integromat\` or \`crm.com\` in lists of the packages of npm, PyPI, NuGet,
Go and Maven (those of npm, Go and Maven are partial), and in Debian's.

- npm: \`imt-proto\` and \`imt-proto-oauth\` are frames for Make's apps; they call no API.
- PyPI: \`make-client\` 1.0.1, \`withmake\` 0.1.2 and \`integromat-wrapper\` 0.1.4 are clients of Make's API, \`llama-index-readers-make-com\` 0.6.0 sends to
  webhooks. PyPI could not be reached from here, so none of them was run.
- NuGet, Go, Maven, Debian: nothing.

## CRM.COM

No package for its webhook requests was found in any of these lists. There is no evidence of this kind.`)
