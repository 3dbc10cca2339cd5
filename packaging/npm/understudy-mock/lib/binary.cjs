'use strict'
// Finds the program. It comes with the package of this platform, an optional dependency: nothing is downloaded and nothing runs
// at installation.
const { accessSync, constants } = require('node:fs')

const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-arm64', 'win32-x64']

/** binary returns the path of the program; UNDERSTUDY_BINARY wins. */
exports.binary = function binary() {
  const own = process.env.UNDERSTUDY_BINARY
  if (own) return executable(own, `UNDERSTUDY_BINARY=${JSON.stringify(own)}`)
  const platform = `${process.platform}-${process.arch}`
  if (!platforms.includes(platform)) {
    throw new Error(
      `understudy-mock has no program for ${platform}, only for ${platforms.join(', ')}; build one with Go and name it in UNDERSTUDY_BINARY`,
    )
  }
  const name = `@understudy-mock/${platform}`
  const file = process.platform === 'win32' ? 'understudy.exe' : 'understudy'
  let path
  try {
    path = require.resolve(`${name}/bin/${file}`)
  } catch {
    throw new Error(
      `understudy-mock: the package ${name}, which holds the program, is not installed; install again without --omit=optional, ` +
        `on this platform, or name a program in UNDERSTUDY_BINARY`,
    )
  }
  return executable(path, name)
}

function executable(path, from) {
  try {
    accessSync(path, constants.X_OK)
  } catch (cause) {
    throw new Error(`understudy-mock: ${from}: ${path} cannot be executed`, { cause })
  }
  return path
}
