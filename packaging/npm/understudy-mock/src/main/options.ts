import { UnderstudyError } from './errors.js'

/** Kind is what an option may be, and how that is called. */
export interface Kind {
  name: string
  fits(value: unknown): boolean
}

export const text: Kind = { name: 'a string', fits: (v) => typeof v === 'string' && v !== '' }
export const texts: Kind = { name: 'an array of strings', fits: (v) => Array.isArray(v) && v.every((e) => typeof e === 'string') }
export const whole: Kind = { name: 'a whole number', fits: (v) => Number.isSafeInteger(v) }
export const exact: Kind = {
  name: 'a whole number, or a BigInt such as 12345678901234567n where it is beyond 2^53',
  fits: (v) => Number.isSafeInteger(v) || typeof v === 'bigint',
}
// A timer takes no more than 31 bits.
export const milliseconds: Kind = { name: 'milliseconds, 1 to 2147483647', fits: (v) => typeof v === 'number' && v >= 1 && v <= 0x7fffffff }

/** check refuses an option that there is not, and a value of another kind: JavaScript has no compiler to do it. */
export function check(what: string, given: unknown, kinds: Record<string, Kind>): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new UnderstudyError(`${what}: the options must be an object, found ${shown(given)}`)
  }
  for (const [name, value] of Object.entries(given)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (!kind) {
      throw new UnderstudyError(`${what}: there is no option ${JSON.stringify(name)}; take one of ${Object.keys(kinds).join(', ')}`)
    }
    if (value !== undefined && !kind.fits(value)) {
      throw new UnderstudyError(`${what}: ${name} must be ${kind.name}, found ${shown(value)}${tooLarge(kind, value)}`)
    }
  }
}

/** named refuses what can be no name of a world or sink: it becomes a part of a path, which fetch reads in its own way. */
export function named(what: string, field: string, name: unknown): void {
  if (typeof name !== 'string' || !/^[\w.~-]{1,64}$/.test(name) || name === '.' || name === '..') {
    throw new UnderstudyError(
      `${what}: a ${field}'s name is 1 to 64 of the letters A to Z and a to z, digits, dots, dashes, underscores and tildes, and neither . nor .., found ${shown(name)}`,
      'bad-name',
    )
  }
}

/** numbered refuses what is no id of a hook. */
export function numbered(what: string, id: unknown): void {
  if (!whole.fits(id)) throw new UnderstudyError(`${what}: the id of a hook must be ${whole.name}, found ${shown(id)}`)
}

/** tooLarge is the remedy for a number that JavaScript may have rounded already. */
function tooLarge(kind: Kind, value: unknown): string {
  return kind === exact && typeof value === 'number' && Number.isInteger(value) ? `; write it as ${BigInt(value)}n` : ''
}

/** json refuses a value that JSON does not have, which would arrive as another one: a Map as {}, bytes as an object of numbers. */
export function json(what: string, value: unknown): void {
  const refuse = (v: unknown) => {
    throw new UnderstudyError(`${what}: JSON has no ${typeof v === 'number' ? String(v) : called(v)}; give null, a boolean, a number, a string, an array or an object`)
  }
  if (value === undefined) refuse(value)
  try {
    JSON.stringify(value, function (this: unknown, key: string, v: unknown) {
      // A Buffer has a toJSON, so that its own look is gone in v.
      const own = (this as Record<string, unknown>)[key]
      if (opaque(own)) refuse(own)
      if (typeof v === 'bigint' || typeof v === 'function' || typeof v === 'symbol' || (typeof v === 'number' && !Number.isFinite(v))) refuse(v)
      return v
    })
  } catch (cause) {
    if (cause instanceof UnderstudyError) throw cause
    throw new UnderstudyError(`${what}: JSON has no value that contains itself: ${(cause as Error).message}`, '', 0, cause)
  }
}

/** opaque reports values of which JSON.stringify keeps nothing, or writes something else. */
function opaque(v: unknown): boolean {
  return v instanceof Map || v instanceof Set || v instanceof WeakMap || v instanceof WeakSet || v instanceof Promise || v instanceof RegExp || v instanceof Error || v instanceof ArrayBuffer || ArrayBuffer.isView(v)
}

function called(v: unknown): string {
  return typeof v === 'object' && v !== null ? v.constructor.name : typeof v
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : Array.isArray(value) ? 'an array' : String(value)
}
