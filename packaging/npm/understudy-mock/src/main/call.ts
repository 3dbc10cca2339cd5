import { refusal } from './errors.js'

/** Outcome is what a generated function returns. */
interface Outcome<Data> {
  data?: Data
  error?: unknown
  response?: Response
}

/** call waits for the answer, and throws what was refused. */
export async function call<Data>(what: string, asked: Promise<Outcome<Data>>): Promise<NonNullable<Data>> {
  let outcome: Outcome<Data>
  try {
    outcome = await asked
  } catch (cause) {
    throw refusal(what, cause, undefined)
  }
  if (outcome.error !== undefined || !outcome.response?.ok) {
    throw refusal(what, outcome.error, outcome.response)
  }
  return outcome.data as NonNullable<Data>
}
