#!/usr/bin/env node
'use strict'
// Runs the program with the arguments given, and ends as it ends.
const { spawn } = require('node:child_process')
const { readFileSync } = require('node:fs')
const { constants } = require('node:os')
const { binary } = require('../lib/binary.cjs')

let path
try {
  path = binary()
} catch (error) {
  console.error(error.message)
  process.exit(2)
}
// Nobody can catch SIGKILL: the program has a pipe that ends with us. On Windows node ends what it started.
const unix = process.platform !== 'win32'
const child = spawn(path, process.argv.slice(2), {
  stdio: ['inherit', 'inherit', 'inherit', ...(unix ? ['pipe'] : [])],
  env: { ...process.env, ...(unix ? { UNDERSTUDY_LAUNCHER_PIPE: '3' } : {}) },
  windowsHide: true,
})
child.stdio[3]?.on('error', () => {}) // the program is gone already
// An npx that is killed cannot say so; whoever adopts us, or npm's shell between us, has another number.
function npx() {
  try {
    const [, name, parent] = /^Name:\s*(.*)$[^]*^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${process.ppid}/status`, 'utf8'))
    if (!/^(npm|npx|node)/.test(name)) return `${process.ppid} of ${parent}`
  } catch {} // elsewhere than on Linux
  return String(process.ppid)
}
const starter = npx()
if (unix && process.env.npm_command === 'exec') setInterval(() => npx() !== starter && child.kill('SIGTERM'), 500)
// A process manager's signal reaches only us. Ctrl-C at a terminal reaches the child by itself, and a second one would cut its end short.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
child.on('error', (error) => {
  console.error(`understudy-mock: ${error.message}`)
  process.exit(2)
})
child.on('exit', (code, signal) => process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : code))
