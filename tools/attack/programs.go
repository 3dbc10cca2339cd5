//go:build linux

package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// programs is attacks by schemas that ask for more than anybody has.
func programs() []attack {
	tree := `{"$defs":{"t0":{"type":"string","minLength":1}`
	for i := 1; i <= 25; i++ {
		tree += fmt.Sprintf(`,"t%d":{"type":"object","required":["l","r"],"properties":{"l":{"$ref":"#/$defs/t%d"},"r":{"$ref":"#/$defs/t%[2]d"}}}`, i, i-1)
	}
	tree += `},"$ref":"#/$defs/t25"}`
	itself := `{"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}}`
	return []attack{
		schema("long text", "minLength 1,000,000,000", `{"type":"string","minLength":1000000000}`),
		schema("unique items", "a million unique items of two values", `{"type":"array","minItems":1000000,"uniqueItems":true,"items":{"type":"boolean"}}`),
		schema("many items", "a million unique items", `{"type":"array","minItems":1000000,"uniqueItems":true,"items":{"type":"string","minLength":100}}`),
		schema("tree", "a tree of 2^25 leaves", tree),
		schema("itself", "a schema that requires itself", itself),
		schema("pattern", "a pattern of nested repeats", `{"type":"string","pattern":"^((((a{100}){100}){100}){100})$"}`),
		{name: "interrupted fixtures", sent: "10^9 records, then one Ctrl-C", bound: "ends within 10 s", quick: true, run: func(ctx context.Context, sc *scene) error {
			p, err := sc.launch(ctx, "fixtures", "makecom.payload", "--count", "1000000000", "--out", "records.ndjson")
			if err != nil {
				return err
			}
			time.Sleep(time.Second)
			p.interrupt()
			return p.wants(wait, -1, 0, 1, 2, 3, 130)
		}},
	}
}

func schema(name, sent, text string) attack {
	return attack{name: "schema: " + name, sent: sent, bound: "made or refused within 10 s", quick: !strings.Contains(name, "items"), run: func(ctx context.Context, sc *scene) error {
		path, err := sc.write("schema.json", text)
		if err != nil {
			return err
		}
		p, err := sc.launch(ctx, "fixtures", "schema", "--schema", path, "--count", "1")
		if err != nil {
			return err
		}
		return p.wants(wait, 0, 1, 2)
	}}
}
