// Jsonschema turns a component schema of an OpenAPI 3.0 document into a JSON Schema (draft 2020-12) that stands alone.
//
// It is how a file format that an OpenAPI document describes gets its published schema:
//
//	go run ./tools/jsonschema -document openapi.yaml -schema World -o world.schema.json
//
// The same document gives the same bytes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "jsonschema:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("jsonschema", flag.ContinueOnError)
	document := flags.String("document", "", "OpenAPI 3.0 document, YAML or JSON")
	name := flags.String("schema", "", "name of the component schema; all of them without it")
	output := flags.String("o", "", "file to write")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *document == "" || *output == "" {
		return errors.New("-document and -o are both needed")
	}
	text, err := os.ReadFile(*document)
	if err != nil {
		return err
	}
	schema, err := convert(text, *name)
	if err != nil {
		return fmt.Errorf("%s: %w", *document, err)
	}
	return os.WriteFile(*output, schema, 0o644)
}
