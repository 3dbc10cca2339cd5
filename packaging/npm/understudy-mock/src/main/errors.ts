import type { Difference, Finding, ProblemError, Verification } from './generated/types.gen.js'

/** UnderstudyError is a refusal of the mock's control API, or a mock that cannot be started or reached. */
export class UnderstudyError extends Error {
  override name = 'UnderstudyError'
  /** A kebab word such as `queue-full`, `''` when the mock did not answer. */
  readonly code: string
  /** The status of the answer, 0 when there was none. */
  readonly status: number

  constructor(message: string, code = '', status = 0, cause?: unknown) {
    super(message, { cause })
    this.code = code
    this.status = status
  }
}

/** VerificationError says which expectations the journal does not satisfy, and which exchanges come closest. */
export class VerificationError extends Error {
  override name = 'VerificationError'
  readonly verification: Verification

  constructor(verification: Verification) {
    super(verification.unsatisfied.map(described).join('\n'))
    this.verification = verification
  }
}

function described(finding: Finding): string {
  const reason = finding.reason ?? ''
  const lines = [`expected ${JSON.stringify(finding.expectation)}`, reason.startsWith('found ') ? `  ${reason}` : `  found ${finding.found}: ${reason}`]
  for (const miss of finding.nearest ?? []) {
    lines.push(`  close: ${miss.entry.method} ${miss.entry.path} answered ${miss.entry.status}`, ...miss.differences.map(difference))
  }
  return lines.join('\n')
}

function difference(d: Difference): string {
  return `    ${d.field}: want ${d.want}, got ${d.got}`
}

/** refusal turns what a call of the control API brought into an error. */
export function refusal(what: string, error: unknown, response: Response | undefined): UnderstudyError {
  const problem = (error as { error?: ProblemError } | undefined)?.error
  if (!problem || typeof problem !== 'object') {
    const answered = response ? `answered ${response.status}${said(error)}` : `gave no answer${reason(error)}`
    return new UnderstudyError(`${what}: the mock ${answered}`, '', response?.status ?? 0, error)
  }
  const where = problem.field ? ` (${problem.field})` : ''
  const remedy = problem.remedy ? `; ${problem.remedy}` : ''
  return new UnderstudyError(`${what}: ${problem.message}${where}${remedy}`, problem.code, response?.status ?? 0)
}

/** said is what stands in an answer that is not the mock's: `: Client sent an HTTP request to an HTTPS server.` */
function said(error: unknown): string {
  return typeof error === 'string' && error !== '' ? `: ${error.trim().slice(0, 200)}` : ''
}

/** reason is what is known of a call that failed: `: connect ECONNREFUSED 127.0.0.1:1`. */
function reason(error: unknown): string {
  const texts: string[] = []
  let remedy = ''
  for (let e = error; e instanceof Error && texts.length < 3; e = e.cause) {
    const { code = '' } = e as { code?: unknown }
    texts.push(e.message || String(code)) // one of several addresses has no message
    if (/CERT|SIGNATURE/.test(String(code))) remedy = '; give ca, the file that serve --tls-ca names'
  }
  return `${texts.length > 0 ? ': ' : ''}${texts.join(': ')}${remedy}`
}
