#!/usr/bin/env node
'use strict'
// Runs the program with the arguments given, and ends as it ends.
const { spawn } = require('node:child_process')
const { constants } = require('node:os')
const { binary } = require('../lib/binary.cjs')

let path
try {
  path = binary()
} catch (error) {
  console.error(error.message)
  process.exit(2)
}
const child = spawn(path, process.argv.slice(2), { stdio: 'inherit', windowsHide: true })
// A process manager's signal reaches only us. Ctrl-C at a terminal reaches the child by itself, and a second one would cut its end short.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
child.on('error', (error) => {
  console.error(`understudy-mock: ${error.message}`)
  process.exit(2)
})
child.on('exit', (code, signal) => process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : code))
