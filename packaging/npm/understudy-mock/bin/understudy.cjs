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
// A signal from the terminal reaches the child by itself, one from a process manager reaches only us.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
process.on('SIGINT', () => {})
child.on('error', (error) => {
  console.error(`understudy-mock: ${error.message}`)
  process.exit(2)
})
child.on('exit', (code, signal) => process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : code))
