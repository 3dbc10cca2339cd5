package conformance_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// field is one setting that a schema describes.
type field struct {
	path   string // such as states.hooks[0].id
	schema *jsonschema.Schema
}

func (f field) name() string { return f.path[strings.LastIndexAny(f.path, ".")+1:] }

// fields lists every setting below a schema, its own place included.
func fields(path string, s *jsonschema.Schema) []field {
	if s.Ref != nil {
		s = s.Ref
	}
	all := []field{{path, s}}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		all = append(all, fields(strings.TrimPrefix(path+"."+name, "."), s.Properties[name])...)
	}
	if s.Items2020 != nil {
		all = append(all, fields(path+"[0]", s.Items2020)...)
	}
	if each, ok := s.AdditionalProperties.(*jsonschema.Schema); ok {
		all = append(all, fields(path+".X-Name", each)...)
	}
	return all
}

func (f field) is(kind string) bool {
	return f.schema.Types != nil && slices.Contains(f.schema.Types.ToStrings(), kind)
}

// wrong are values that do not fit, and what has to be said of each.
func (f field) wrong() map[string]string {
	all := map[string]string{}
	if !f.is("null") {
		all["null"] = "null"
	}
	switch {
	case f.is("object"):
		all["[x]"], all["x"] = "want an object, got an array", `want an object, got "x"`
	case f.is("array"):
		all["{x: y}"], all["x"] = "want an array, got an object", `want an array, got "x"`
	default:
		all["[x]"], all["{x: y}"] = ", got an array", ", got an object"
	}
	whole := f.is("integer") && !f.is("string")
	if f.is("number") || whole {
		all["fast"], all[".nan"], all[".inf"] = `, got "fast"`, `, got ".nan"`, `, got ".inf"`
	}
	if whole {
		all["1.5"] = `want an integer, got 1.5`
	}
	if f.schema.Minimum != nil {
		all["-1"] = `-1 is too small; the least is `
	}
	if f.schema.MinLength != nil {
		all[`""`] = "it must not be empty"
	}
	if f.schema.MinItems != nil {
		all["[]"] = "it has 0 elements and needs "
	}
	if f.schema.Enum != nil || f.schema.Pattern != nil {
		all["nonsense"] = `"nonsense" `
	}
	if f.closed() {
		all["{misspelt: x}"] = "misspelt: unknown member; known are "
	}
	return all
}

// closed reports whether a mapping may have no other members than those that are named.
func (f field) closed() bool { return f.schema.AdditionalProperties == false }

// document writes a file that has a value at the field, in block style, each member on a line of its own; line is where the
// field stands.
func (f field) document(value string) (text string, line int) {
	var b strings.Builder
	b.WriteString("# a comment\n")
	line, indent := 2, ""
	steps := strings.Split(strings.ReplaceAll(f.path, "[0]", ".-"), ".")
	for i, step := range steps {
		last := ""
		if i == len(steps)-1 {
			last = " " + value
			line = strings.Count(b.String(), "\n") + 1
		}
		if step == "-" {
			fmt.Fprintf(&b, "%s-%s\n", indent, last)
		} else {
			fmt.Fprintf(&b, "%s%s:%s\n", indent, step, last)
		}
		indent += "  "
	}
	if f.path == "" {
		return "# a comment\n" + value + "\n", 2
	}
	return b.String(), line
}
