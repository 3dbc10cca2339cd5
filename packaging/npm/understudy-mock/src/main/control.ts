/** The operations of the control API as functions, generated from its OpenAPI document. */
export * from './generated/sdk.gen.js'
export * from './generated/types.gen.js'
