// Lays the packages out as they are published: node stage.mjs ROOT VERSION
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [root, version] = process.argv.slice(2)
const source = join(root, 'packaging/npm/understudy-mock')
const stage = join(root, 'dist/npm/stage')

// Go's name of a platform, and the two words that npm has for it.
const platforms = [
  ['darwin-amd64', 'darwin', 'x64'],
  ['darwin-arm64', 'darwin', 'arm64'],
  ['linux-amd64', 'linux', 'x64'],
  ['linux-arm64', 'linux', 'arm64'],
  ['windows-amd64', 'win32', 'x64'],
  ['windows-arm64', 'win32', 'arm64'],
]

const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))

function write(folder, content) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(content, null, 2)}\n`)
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
}

function platform(go, os, cpu) {
  const file = os === 'win32' ? 'understudy.exe' : 'understudy'
  const program = join(root, 'dist/bin', go, file)
  if (!existsSync(program)) return
  const folder = join(stage, `${os}-${cpu}`)
  write(folder, {
    name: `@understudy-mock/${os}-${cpu}`,
    version,
    description: `The program of understudy-mock for ${os} on ${cpu}`,
    license: manifest.license,
    repository: manifest.repository,
    os: [os],
    cpu: [cpu],
    files: ['bin'],
    preferUnplugged: true,
  })
  mkdirSync(join(folder, 'bin'), { recursive: true })
  cpSync(program, join(folder, 'bin', file))
  chmodSync(join(folder, 'bin', file), 0o755)
  writeFileSync(join(folder, 'README.md'), 'The program of understudy-mock for one platform. Install that.\n')
}

const { devDependencies, ...published } = manifest
const main = join(stage, 'understudy-mock')
write(main, {
  ...published,
  version,
  optionalDependencies: Object.fromEntries(platforms.map(([, os, cpu]) => [`@understudy-mock/${os}-${cpu}`, version])),
})
for (const folder of ['bin', 'dist', 'lib', 'README.md']) cpSync(join(source, folder), join(main, folder), { recursive: true })
chmodSync(join(main, 'bin/understudy.cjs'), 0o755)
for (const names of platforms) platform(...names)
