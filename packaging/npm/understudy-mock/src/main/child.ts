import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { createInterface } from 'node:readline'

import { UnderstudyError } from './errors.js'

/** Ready is the line that the program prints when it listens. */
export interface Ready {
  makecom: string
  crmcom: string
  control: string
}

/** readyOf is what a line says, undefined where it is another one. */
function readyOf(line: string): Ready | undefined {
  try {
    const { makecom, crmcom, control } = (JSON.parse(line) ?? {}) as Partial<Ready>
    return makecom && crmcom && control ? { makecom, crmcom, control } : undefined
  } catch {
    return undefined
  }
}

type Process = ChildProcessByStdio<Writable, Readable, Readable>

// How long the program may take to end what is under way, in milliseconds.
const patienceToEnd = 10_000

/** environment is this process's without what would stand for flags: a mock of a test is what its options say. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toUpperCase().startsWith('UNDERSTUDY_')))
}

/** Child is a running program. It ends with this process, also when this process is killed: its standard input ends then. */
export class Child {
  readonly #process: Process
  readonly #ended: Promise<void>
  #said = ''

  constructor(path: string, args: string[]) {
    this.#process = spawn(path, ['serve', '--until-eof', ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      env: environment(),
      detached: process.platform !== 'win32', // Ctrl-C reaches the tests first, which may have something to end
    })
    // Not when its pipes are closed as well: what it started may keep them open.
    this.#ended = new Promise((resolve) => {
      for (const event of ['exit', 'error'] as const) this.#process.once(event, () => resolve())
    })
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
      await this.#kill()
      throw error
    }
  }

  #firstLine(patience: number): Promise<Ready> {
    return new Promise((resolve, reject) => {
      const lines = createInterface(this.#process.stdout)
      const late = setTimeout(() => fail(`did not listen within ${patience} ms`), patience)
      const fail = (why: string) => {
        clearTimeout(late)
        lines.removeAllListeners('line') // what comes too late must not let the process go
        reject(this.#failed(why))
      }
      this.#process.once('error', (error) => fail(error.message))
      this.#process.once('close', (code) => fail(`ended with ${code}`))
      lines.once('line', (line) => {
        const ready = readyOf(line)
        if (!ready) return fail(`printed ${JSON.stringify(line.slice(0, 200))}; give in args only what serve goes on with`)
        clearTimeout(late)
        resolve(ready)
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

  /** What does not listen has nothing under way: it ends at once, with whatever it started. */
  async #kill(): Promise<void> {
    const p = this.#process
    if (p.pid !== undefined) {
      try {
        if (process.platform === 'win32') p.kill('SIGKILL')
        else process.kill(-p.pid, 'SIGKILL') // the group of its own that it was started in
      } catch {
        // nobody is left
      }
    }
    await this.#ended
    for (const pipe of [p.stdin, p.stdout, p.stderr]) pipe.destroy()
  }

  /** stop ends the program and waits until it is gone. One that does not end by itself is killed. */
  async stop(): Promise<void> {
    const p = this.#process
    if (p.exitCode !== null || p.signalCode !== null || p.pid === undefined) {
      return this.#ended
    }
    p.ref()
    p.stdin.end()
    const kill = setTimeout(() => p.kill('SIGKILL'), patienceToEnd)
    await this.#ended
    clearTimeout(kill)
  }
}
