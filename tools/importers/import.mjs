// Imports the documents that a mock serves, by their URLs, with the programs that people do it with: node import.mjs ORIGIN. Every program has to
// find every operation, at the address of the mock itself, and what two of them make of Make's document has to work when it is sent.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import SwaggerParser from '@apidevtools/swagger-parser'
import { validate } from '@scalar/openapi-parser'
import insomnia from 'insomnia-importers'
import newman from 'newman'
import postman from 'openapi-to-postmanv2'
import { generateApi } from 'swagger-typescript-api'

const [origin] = process.argv.slice(2)
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']
const read = async (url) => (await fetch(url)).text()

/** A call as a method and an address. Each program writes the names of a path in its own way, so that they are left out. */
function call(method, address) {
  assert.ok(address.startsWith(`${origin}/`), `${address} is not an address of ${origin}`)
  const path = decodeURIComponent(new URL(address).pathname).replace(/\{\{?[^}]*\}\}?|:[^/]+/g, '*')
  return `${method.toUpperCase()} ${path.replace(/\/$/, '')}`
}

/** The calls of a document. */
function callsOf(document) {
  return Object.entries(document.paths).flatMap(([path, item]) => methods.filter((method) => item[method])
    .map((method) => call(method, (item.servers ?? document.servers)[0].url + path)))
}

const sorted = (calls) => [...new Set(calls)].sort()

/** What each program makes of a document, and the calls that it has to find. */
const importers = {
  async 'openapi-to-postmanv2'(url, document) {
    const collection = await collectionOf(await read(url))
    return [sorted(requestsOf(collection).map((item) => call(item.request.method, addressOf(item, collection)))), sorted(callsOf(document))]
  },
  async 'insomnia-importers'(url, document) {
    const { data } = await insomnia.convert(await read(url))
    const { scheme, host, base_path: base } = Object.assign({}, ...data.resources.filter((r) => r._type === 'environment').map((r) => r.data))
    const requests = data.resources.filter((r) => r._type === 'request')
    return [sorted(requests.map((r) => call(r.method, r.url.replace('{{ base_url }}', `${scheme}://${host}${base}`)))), sorted(callsOf(document))]
  },
  async '@apidevtools/swagger-parser'(url, document) {
    return [sorted(callsOf(await SwaggerParser.validate(url, { resolve: { http: { safeUrlResolver: false } } }))), sorted(callsOf(document))]
  },
  async '@scalar/openapi-parser'(url, document) {
    const { valid, errors, schema } = await validate(await read(url))
    assert.ok(valid, JSON.stringify(errors))
    return [sorted(callsOf(schema)), sorted(callsOf(document))]
  },
}

async function collectionOf(data) {
  const options = { parametersResolution: 'Example', folderStrategy: 'Tags' }
  const converted = await new Promise((resolve, reject) => postman.convertV2({ type: 'string', data }, options, (error, result) => (error ? reject(error) : resolve(result))))
  assert.ok(converted.result, converted.reason)
  return converted.output[0].data
}

const requestsOf = (folder) => folder.item.flatMap((item) => (item.item ? requestsOf(item) : [item]))

function addressOf({ request: { url } }, collection) {
  const values = Object.fromEntries([...(collection.variable ?? []), ...(url.variable ?? [])].map((v) => [v.key, v.value]))
  const host = url.host.join('.').replace(/\{\{([^}]*)\}\}/g, (_, name) => values[name])
  return `${host}/${url.path.join('/')}`
}

/** Postman's own runner sends a request of the collection, after somebody has given the token. */
async function sentByPostman(url) {
  const collection = await collectionOf(await read(url))
  collection.item = requestsOf(collection).filter((item) => item.request.method === 'GET' && item.request.url.path.join('/') === 'api/v2/hooks/:hookId/incomings')
  const summary = await new Promise((resolve, reject) => newman.run({ collection, envVar: [{ key: 'apiKey', value: 'Token importers' }], reporters: [] }, (error, run) => (error ? reject(error) : resolve(run))))
  const [{ response, requestError }] = summary.run.executions
  assert.equal(response?.code, 200, `Postman's request: ${requestError ?? response?.stream}`)
  assert.equal(JSON.parse(response.stream).incomings.length, 2)
}

/** A generated client calls the address that it has from the document. */
async function sentByAGeneratedClient(url) {
  const { files } = await generateApi({ url, toJS: true, output: false, silent: true })
  const file = new URL('client.mjs', import.meta.url)
  await writeFile(file, files[0].fileContent)
  const { Api } = await import(file)
  const answer = await new Api({ baseApiParams: { headers: { Authorization: 'Token importers' } } }).api.listHookIncomings(654)
  assert.equal((answer.data ?? await answer.json()).incomings.length, 2)
}

const failed = []
async function attempt(what, action) {
  try {
    await action()
    console.log(`${what}: as it should be`)
  } catch (error) {
    failed.push(what)
    console.log(`${what}: ${error.message ?? JSON.stringify(error)}`)
  }
}
for (const name of ['makecom', 'crmcom', 'control']) {
  const base = `${origin}/_understudy/openapi/${name}`
  const document = JSON.parse(await read(`${base}.json`))
  for (const [program, run] of Object.entries(importers)) {
    for (const form of ['yaml', 'json']) {
      await attempt(`${program} of ${name}.${form}`, async () => assert.deepEqual(...await run(`${base}.${form}`, document)))
    }
  }
}
await attempt('a request of the Postman collection', () => sentByPostman(`${origin}/_understudy/openapi/makecom.yaml`))
await attempt('a call of the generated client', () => sentByAGeneratedClient(`${origin}/_understudy/openapi/makecom.json`))
process.exitCode = failed.length ? 1 : 0
