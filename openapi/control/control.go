// Package control holds the document of Understudy's own control API. Unlike its siblings it restates nobody: the API is
// ours, and no requirement speaks of it.
package control

import _ "embed" // the documents

// Document is the OpenAPI document of the control API, YAML.
//
//go:embed openapi.yaml
var Document []byte

// WorldSchema is the JSON Schema of a world file, generated from the schema World of [Document].
//
//go:embed world.schema.json
var WorldSchema []byte

// Schemas is the JSON Schema of every component of [Document], in $defs. It is what bodies are checked against.
//
//go:embed schemas.json
var Schemas []byte
