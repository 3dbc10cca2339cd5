import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { createInterface } from 'node:readline'

import { UnderstudyError } from './errors.js'

/** Ready is the line that the program prints when it listens. */
export interface Ready {
  makecom: string
  crmcom: string
  ingest: string
  control: string
}

type Process = ChildProcessByStdio<Writable, Readable, Readable>

/** Child is a running program. It ends with this process, also when this process is killed: its standard input ends then. */
export class Child {
  readonly #process: Process
  readonly #ended: Promise<void>
  #said = ''

  constructor(path: string, args: string[]) {
    this.#process = spawn(path, ['serve', '--until-eof', ...args], { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
    this.#ended = new Promise((resolve) => this.#process.once('close', () => resolve()))
    this.#process.stdin.on('error', () => {}) // it is gone already
    this.#process.stderr.on('data', (text: Buffer) => {
      this.#said = (this.#said + text.toString()).slice(-4096)
    })
  }

  /** ready waits for the line that says where it listens. */
  async ready(patience: number): Promise<Ready> {
    try {
      return await this.#firstLine(patience)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  #firstLine(patience: number): Promise<Ready> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(this.#failed(`did not listen within ${patience} ms`)), patience)
      const fail = (why: string) => {
        clearTimeout(late)
        reject(this.#failed(why))
      }
      this.#process.once('error', (error) => fail(error.message))
      this.#process.once('close', (code) => fail(`ended with ${code}`))
      createInterface(this.#process.stdout).once('line', (line) => {
        clearTimeout(late)
        try {
          resolve(JSON.parse(line) as Ready)
        } catch {
          fail(`printed ${JSON.stringify(line)}`)
        }
        this.#letGo()
      })
    })
  }

  /** A test runner that has nothing else to do may end: nothing here keeps it. */
  #letGo(): void {
    this.#process.unref()
    for (const pipe of [this.#process.stdin, this.#process.stdout, this.#process.stderr]) {
      ;(pipe as unknown as { unref?: () => void }).unref?.()
    }
    this.#process.stdout.resume()
  }

  #failed(why: string): UnderstudyError {
    return new UnderstudyError(`the mock ${why}. ${this.#said.trim()}`.trim())
  }

  /** stop ends the program and waits until it is gone. */
  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null && this.#process.pid !== undefined) {
      this.#process.ref()
      this.#process.stdin.end()
    }
    await this.#ended
  }
}
