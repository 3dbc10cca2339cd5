import { call } from './call.js'
import { refusal, UnderstudyError, VerificationError } from './errors.js'
import type { Client } from './generated/client/index.js'
import * as api from './generated/sdk.gen.js'
import type {
  Clock,
  Coverage,
  CreatedDefinition,
  DefinitionRequest,
  DialectChange,
  Expectation,
  Fault,
  Fired,
  Firing,
  HookRequest,
  JournalEntry,
  SinkAnswer,
  SinkDelivery,
  TokenRequest,
} from './generated/types.gen.js'
import { Hook } from './hook.js'
import { named, numbered } from './options.js'

/** Filter chooses exchanges of a journal; what is given narrows together. */
export type Filter = Pick<Expectation, 'operation' | 'method' | 'path' | 'status' | 'requirement' | 'fault'>

/** Delivered is a hook that was made, and the address that accepts its data. */
export type Delivered = { hook: Hook; url: string }

/** Rule is what fires: the id of a workflow rule, and the entity that it fires for. */
export type Rule = Firing

interface Addresses {
  makecomUrl: string
  crmcomUrl: string
}

/** World is one isolated vendor: state, clock, faults, dialect and journal of its own. */
export class World {
  readonly name: string
  /** Opens this world, for either API. */
  readonly token: string
  readonly makecomUrl: string
  readonly crmcomUrl: string
  readonly #open: Client
  /** What an own delete ended; the mock would make a world of that name anew. */
  #deleted = false

  private constructor(client: Client, at: Addresses, name: string, token: string) {
    this.#open = client
    this.name = name
    this.token = token
    this.makecomUrl = at.makecomUrl
    this.crmcomUrl = at.crmcomUrl
  }

  /** @internal */
  static async open(client: Client, at: Addresses, name: string): Promise<World> {
    named('world', 'world', name)
    const { token } = await call('world', api.mintToken({ client, path: { world: name }, body: {} }))
    return new World(client, at, name, token)
  }

  get #client(): Client {
    if (this.#deleted) throw new UnderstudyError(`the world ${JSON.stringify(this.name)} was deleted; open another one with mock.world()`, 'deleted')
    return this.#open
  }

  get #on() {
    return { client: this.#client, path: { world: this.name } }
  }

  /** A token with fewer scopes, or one that expires on the world's clock. */
  async mintToken(request: TokenRequest = {}): Promise<string> {
    return (await call('mintToken', api.mintToken({ ...this.#on, body: request }))).token
  }

  /** A hook that is there already; 654 is the one of the documents. */
  hook(id = 654): Hook {
    numbered('hook', id)
    return new Hook(() => this.#client, this.name, id)
  }

  /** Makes a hook with an empty queue. */
  async newHook(settings: HookRequest = {}): Promise<Delivered> {
    const made = await call('newHook', api.createHook({ ...this.#on, body: settings }))
    return { hook: this.hook(made.hookId), url: made.hookUrl }
  }

  async clock(): Promise<Clock> {
    return call('clock', api.getClock(this.#on))
  }

  /** Stops the clock, at a time or where it is. */
  async freeze(at?: Date | string): Promise<Clock> {
    const now = at === undefined ? undefined : new Date(at)
    if (now && Number.isNaN(now.getTime())) throw new UnderstudyError(`freeze: ${JSON.stringify(at)} is no time; give a Date, or a text such as 2026-01-01T00:00:00Z`)
    return call('freeze', api.putClock({ ...this.#on, body: { mode: 'frozen', ...(now && { now: now.toISOString() }) } }))
  }

  /** Lets time pass, in Go's notation: `72h`, `1m30s`. What became due has happened when it returns. */
  async advance(by: string): Promise<Clock> {
    return call('advance', api.advanceClock({ ...this.#on, body: { by } }))
  }

  /** Replaces the faults; without any, answers are as they should be again. */
  async faults(...faults: Fault[]): Promise<void> {
    await call('faults', api.putFaults({ ...this.#on, body: faults }))
  }

  /** Answers open questions; those not named go back to their defaults. */
  async dialect(answers: DialectChange): Promise<void> {
    await call('dialect', api.putDialect({ ...this.#on, body: answers }))
  }

  /** Plays a broken vendor, or without an id the honest one. */
  async mutant(id?: string): Promise<void> {
    await call('mutant', api.putMutant({ ...this.#on, body: id === undefined ? {} : { id } }))
  }

  /** Makes a webhook definition of CRM.COM and a workflow rule that uses it. An address of `sink:name` is a receiver in the mock. */
  async newDefinition(definition: DefinitionRequest): Promise<CreatedDefinition> {
    return call('newDefinition', api.createDefinition({ ...this.#on, body: definition }))
  }

  /** Makes a workflow rule fire. The delivery was tried when it returns. */
  async fire(rule: Rule): Promise<Fired> {
    return call('fire', api.fireRule({ ...this.#on, body: rule }))
  }

  /** Programs a receiver inside the mock, and returns its address for a webhook definition. The last answer goes on for ever. */
  async sink(name: string, ...answers: SinkAnswer[]): Promise<string> {
    named('sink', 'sink', name)
    await call('sink', api.putSink({ client: this.#client, path: { world: this.name, name }, body: { answers } }))
    return `sink:${name}`
  }

  /** What a receiver inside the mock was sent, the oldest first. */
  async received(name: string): Promise<SinkDelivery[]> {
    named('received', 'sink', name)
    return (await call('received', api.getSink({ client: this.#client, path: { world: this.name, name } }))).deliveries ?? []
  }

  /** The exchanges so far, the oldest first. */
  async journal(filter: Filter = {}): Promise<JournalEntry[]> {
    return this.#journal('journal', filter)
  }

  /** Waits until so many exchanges are there, on the machine's clock, and returns them. */
  async waitFor(count: number, filter: Filter = {}, timeout = '5s'): Promise<JournalEntry[]> {
    return this.#journal('waitFor', { ...filter, wait: count, timeout })
  }

  async #journal(what: string, query: Filter & { wait?: number; timeout?: string }): Promise<JournalEntry[]> {
    const journal = await call(what, api.getJournal({ ...this.#on, query: { ...query, format: 'json' } }))
    return (journal as { entries: JournalEntry[] }).entries
  }

  /** Holds the journal against expectations; throws a VerificationError with the exchanges that come closest. */
  async verify(...expectations: Expectation[]): Promise<void> {
    await this.#verify(expectations, false)
  }

  /** As verify, and each expectation is met after the one before it. */
  async verifyInOrder(...expectations: Expectation[]): Promise<void> {
    await this.#verify(expectations, true)
  }

  async #verify(expectations: Expectation[], inOrder: boolean): Promise<void> {
    const { error, response } = await api.verifyJournal({ ...this.#on, body: { expectations, inOrder } })
    if (response?.ok) return
    if (error && 'unsatisfied' in error) throw new VerificationError(error)
    throw refusal('verify', error, response)
  }

  /** Brings about a provider state, in Pact's words: `await world.state('items waiting', { hookId: 654, count: 3 })`. */
  async state(state: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return this.#state(state, params, 'setup')
  }

  /** Takes a provider state back; params are those of its setup and what it returned. */
  async endState(state: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return this.#state(state, params, 'teardown')
  }

  async #state(state: string, params: Record<string, unknown>, action: 'setup' | 'teardown'): Promise<Record<string, unknown>> {
    const body = { state, params: { world: this.name, ...params }, action }
    return call(`state ${JSON.stringify(state)}`, api.setUpState({ client: this.#client, body }))
  }

  /** Which sentences of the contract the traffic reached, and which it never did. */
  async coverage(): Promise<Coverage> {
    return call('coverage', api.getCoverage(this.#on))
  }

  /** A copy of the world as it stands, or as it was at the moment of an entry of its journal; with an empty journal. */
  async fork(name: string, moment?: number): Promise<World> {
    named('fork', 'world', name)
    await call('fork', api.forkWorld({ ...this.#on, body: moment === undefined ? { as: name } : { as: name, moment } }))
    return World.open(this.#client, this, name)
  }

  /** Takes the world back to what it started from. */
  async reset(): Promise<void> {
    await call('reset', api.resetWorld(this.#on))
  }

  /** The world file that continues where the world stands, as text: its seed is longer than a number of JavaScript. */
  async export(): Promise<string> {
    return call<unknown>('export', api.exportWorld({ ...this.#on, parseAs: 'text' })) as Promise<string>
  }

  /** Removes the world. */
  async delete(): Promise<void> {
    if (this.#deleted) return
    const { error, response } = await api.deleteWorld(this.#on)
    if (!response?.ok && response?.status !== 404) throw refusal('delete', error, response)
    this.#deleted = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.delete()
  }
}
