package schemafile

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// reference names a variable of the environment.
var reference = lazyregexp.New(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// expand replaces ${NAME} in every value, but not in comments. Each variable that is not set is a mistake.
func (r *reader) expand(at field, seen map[*yaml.Node]bool) {
	n := at.node
	if seen[n] {
		return
	}
	seen[n] = true
	if n.Kind == yaml.ScalarNode && reference().MatchString(n.Value) {
		r.written[n] = n.Value
		n.Value = reference().ReplaceAllStringFunc(n.Value, func(name string) string { return r.variable(at, strings.Trim(name, "${}")) })
		n.Tag, n.Style = "!!str", yaml.DoubleQuotedStyle
	}
	for child := range at.children() {
		r.expand(child, seen)
	}
}

func (r *reader) variable(at field, name string) string {
	value, ok := r.options.Environment(name)
	if !ok {
		r.wrong = append(r.wrong, complain(at, "the environment has no "+name+"; set it, or write the value here"))
	}
	return value
}

// settle takes a number without quotes for a text where a text is wanted, and a text that is a number, from the environment
// say, for one where a number is wanted.
func settle(n *yaml.Node, s *jsonschema.Schema) {
	n, s = resolve(n), target(s)
	switch {
	case s == nil:
	case n.Kind == yaml.SequenceNode:
		for _, element := range n.Content {
			settle(element, s.Items2020)
		}
	case n.Kind == yaml.MappingNode:
		members, _ := membersOf(n) // what is wrong with them is told when they are encoded
		for i := 0; i < len(members); i += 2 {
			settle(members[i+1], memberSchema(s, members[i].Value))
		}
	case n.ShortTag() != "!!null":
		settleScalar(n, wants(s))
	}
}

// target follows references.
func target(s *jsonschema.Schema) *jsonschema.Schema {
	for s != nil && s.Ref != nil {
		s = s.Ref
	}
	return s
}

func memberSchema(s *jsonschema.Schema, name string) *jsonschema.Schema {
	if of, ok := s.Properties[name]; ok {
		return of
	}
	others, _ := s.AdditionalProperties.(*jsonschema.Schema)
	return others
}

func wants(s *jsonschema.Schema) []string {
	switch {
	case s.Types != nil:
		return s.Types.ToStrings()
	case s.Enum != nil:
		return []string{"string"}
	}
	return nil
}

func settleScalar(n *yaml.Node, wanted []string) {
	text := n.ShortTag() == "!!str"
	switch {
	case slices.Contains(wanted, "string"):
		n.Tag, n.Style = "!!str", yaml.DoubleQuotedStyle
	case text && slices.Contains(wanted, "integer") && isInteger(n.Value):
		n.Tag, n.Style = "!!int", 0
	case text && slices.Contains(wanted, "number") && json.Valid([]byte(n.Value)) && isNumber(n.Value):
		n.Tag, n.Style = "!!float", 0
	case wanted != nil && isEndless(n.Value):
		n.Tag, n.Style = "!!str", yaml.DoubleQuotedStyle // which the schema refuses in better words
	}
}

func isInteger(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}

// isEndless knows what YAML has for a number and JSON has not.
func isEndless(text string) bool {
	switch strings.ToLower(strings.TrimLeft(text, "+-")) {
	case ".inf", ".nan":
		return true
	}
	return false
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

// purpose is what the schema says of the member at a place, as a remark behind a complaint.
func purpose(s *jsonschema.Schema, tokens []string) string {
	for _, token := range tokens {
		if s = target(s); s == nil {
			return ""
		}
		if s.Items2020 != nil {
			s = s.Items2020
			continue
		}
		s = memberSchema(s, token)
	}
	if s == nil || s.Description == "" || len(tokens) == 0 {
		return ""
	}
	return " (" + strings.TrimSuffix(s.Description, ".") + ")"
}
