/**
 * A stateful mock of Make's Hooks > Incomings and CRM.COM's webhook_requests, for tests in JavaScript and TypeScript.
 *
 * @packageDocumentation
 */
export { connect, start, type ConnectOptions, type Mock, type StartOptions } from './mock.js'
export { World, type Delivered, type Filter, type Rule } from './world.js'
export { Hook } from './hook.js'
export { UnderstudyError, VerificationError } from './errors.js'
export * as control from './control.js'
export type {
  Clock,
  Coverage,
  CreatedDefinition,
  DefinitionRequest,
  DialectChange,
  Expectation,
  Fault,
  Fired,
  Firing,
  HookRequest,
  JournalEntry,
  NearMiss,
  Sink,
  SinkAnswer,
  SinkDelivery,
  TokenRequest,
  Verification,
  World as WorldFile,
} from './generated/types.gen.js'
