import { call } from './call.js'
import type { Client } from './generated/client/index.js'
import * as api from './generated/sdk.gen.js'
import { json } from './options.js'

/** Hook is one webhook of Make in a world: what happens to its queue beyond Make's own API. */
export class Hook {
  readonly id: number
  readonly #client: () => Client // throws when the world was deleted
  readonly #path: { world: string; hookId: number }

  /** @internal */
  constructor(client: () => Client, world: string, id: number) {
    this.id = id
    this.#client = client
    this.#path = { world, hookId: id }
  }

  /** Puts an item for each value into the queue, as if it had arrived at the hook's address; returns their ids. */
  async deliver(...data: unknown[]): Promise<string[]> {
    for (const value of data) json('deliver', value)
    return this.#deliver({ data })
  }

  /** Puts so many items with made-up data into the queue; returns their ids. */
  async deliverSome(count: number): Promise<string[]> {
    return this.#deliver({ count })
  }

  async #deliver(body: { data: unknown[] } | { count: number }): Promise<string[]> {
    return (await call('deliver', api.deliverIncomings({ client: this.#client(), path: this.#path, body }))).ids
  }

  /** Holds items in processing until they are finished: those named, or the oldest one that waits. */
  async begin(...ids: string[]): Promise<string[]> {
    const body = ids.length > 0 ? { ids } : { count: 1 }
    return (await call('begin', api.beginIncomings({ client: this.#client(), path: this.#path, body }))).ids
  }

  /** Ends the processing of items, which leave the queue: those named, or all that are being processed. */
  async finish(...ids: string[]): Promise<string[]> {
    const body = ids.length > 0 ? { ids } : {}
    return (await call('finish', api.finishIncomings({ client: this.#client(), path: this.#path, body }))).ids
  }
}
