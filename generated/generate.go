// Package generated holds what follows mechanically from the OpenAPI documents: models, gorilla server and strict
// server, one package per API, and the client of the control API. It is committed, never edited, and `make check-generate` keeps it current.
package generated

//go:generate go tool oapi-codegen -config makecom.yaml ../openapi/makecom/openapi.yaml
//go:generate go tool oapi-codegen -config crmcom.yaml ../openapi/crmcom/openapi.yaml
//go:generate go tool oapi-codegen -config control.yaml ../openapi/control/openapi.yaml
//go:generate go tool oapi-codegen -config control-server.yaml ../openapi/control/openapi.yaml
//go:generate go run ../tools/jsonschema -document ../openapi/control/openapi.yaml -schema World -o ../openapi/control/world.schema.json
//go:generate go run ../tools/jsonschema -document ../openapi/control/openapi.yaml -o ../openapi/control/schemas.json
