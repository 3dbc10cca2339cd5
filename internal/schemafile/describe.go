package schemafile

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"go.yaml.in/yaml/v3"
)

// leaves are the causes that have no further cause.
func leaves(e *jsonschema.ValidationError) iter.Seq[*jsonschema.ValidationError] {
	return func(yield func(*jsonschema.ValidationError) bool) {
		walk(e, yield)
	}
}

func walk(e *jsonschema.ValidationError, yield func(*jsonschema.ValidationError) bool) bool {
	if len(e.Causes) == 0 {
		return yield(e)
	}
	for _, cause := range e.Causes {
		if !walk(cause, yield) {
			return false
		}
	}
	return true
}

// describe says what is wrong in words, once per member.
func (r *reader) describe(invalid *jsonschema.ValidationError) []*Error {
	s, at := r.schema, locate(r.root, invalid.InstanceLocation)
	switch k := invalid.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		return s.unknown(at, invalid, k.Properties)
	case *kind.Required:
		return missing(at, k.Missing)
	default:
		return []*Error{complain(at, r.complaint(at, invalid))}
	}
}

func complain(at field, message string) *Error {
	return &Error{Line: at.node.Line, Column: at.node.Column, Field: at.path, Message: message}
}

func (s *Schema) unknown(at field, invalid *jsonschema.ValidationError, names []string) []*Error {
	remedy := ""
	if known := s.members(invalid.SchemaURL); len(known) > 0 {
		remedy = "; known are " + strings.Join(known, ", ")
	}
	wrong := make([]*Error, len(names))
	for i, name := range names {
		child := at.child(name)
		wrong[i] = &Error{Field: child.path, Message: "unknown member" + remedy}
		if child.key != nil {
			wrong[i].Line, wrong[i].Column = child.key.Line, child.key.Column
		}
	}
	return wrong
}

func missing(at field, names []string) []*Error {
	wrong := make([]*Error, len(names))
	for i, name := range names {
		wrong[i] = complain(at, fmt.Sprintf("member %q is missing", name))
	}
	return wrong
}

func (r *reader) complaint(at field, invalid *jsonschema.ValidationError) string {
	text := r.schema.complaint(r.shown(at.node), at, invalid)
	if r.options.Kind {
		text += purpose(r.schema.compiled, invalid.InstanceLocation)
	}
	return text
}

func (s *Schema) complaint(found string, at field, invalid *jsonschema.ValidationError) string {
	switch k := invalid.ErrorKind.(type) {
	case *kind.Type:
		return typeComplaint(found, at.node, k) + s.unit(at.node, invalid.SchemaURL)
	case *kind.Enum:
		if at.node.Kind != yaml.ScalarNode {
			return fmt.Sprintf("want one of %s, got %s", list(k.Want), found)
		}
		return fmt.Sprintf("%s is none of %s", found, list(k.Want))
	case *kind.Format:
		if text, ok := k.Got.(string); ok && k.Want == "date-time" && len(text) >= len("2006-01-02T15:04:05Z") {
			return fmt.Sprintf("%s is no time that is taken: give a year from %d to %d in UTC, and no leap second", found, firstYear, lastYear)
		}
		return fmt.Sprintf("%s is no %s%s", found, k.Want, s.such(invalid.SchemaURL))
	case *kind.Pattern:
		if isNegative(k) {
			return found + " must not be negative"
		}
		return fmt.Sprintf("%s has not the right form%s%s", found, s.such(invalid.SchemaURL), s.unit(at.node, invalid.SchemaURL))
	case *kind.Minimum:
		return fmt.Sprintf("%s is too small; the least is %s", found, number(k.Want))
	case *kind.ExclusiveMinimum:
		return fmt.Sprintf("%s is too small; it has to be above %s", found, number(k.Want))
	case *kind.Maximum:
		return fmt.Sprintf("%s is too large; the most is %s", found, number(k.Want))
	case *kind.MinLength:
		return "it must not be empty"
	case *kind.MinItems:
		return fmt.Sprintf("it has %d elements and needs %d", k.Got, k.Want)
	default:
		_, words, _ := strings.Cut(invalid.Error(), "': ")
		return words
	}
}

// isNegative reports whether a text would have the right form without its minus sign, such as a duration of -1s.
func isNegative(k *kind.Pattern) bool {
	amount, minus := strings.CutPrefix(k.Got, "-")
	if !minus {
		return false
	}
	right, err := regexp.MatchString(k.Want, amount)
	return err == nil && right
}

// unit tells of a number that stands for a text, or in one, where the text needs a unit behind it, such as a duration of 72; "" of all else.
func (s *Schema) unit(n *yaml.Node, schemaURL string) string {
	pattern, has := s.at(schemaURL)["pattern"].(string)
	if _, err := strconv.ParseFloat(n.Value, 64); !has || err != nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	const unit = "h"
	form, err := regexp.Compile(pattern)
	if err != nil || form.MatchString(n.Value) || !form.MatchString(n.Value+unit) {
		return ""
	}
	return fmt.Sprintf("; name the unit, as in %q", n.Value+unit)
}

func typeComplaint(found string, n *yaml.Node, k *kind.Type) string {
	remedy := ""
	if n.Kind == yaml.ScalarNode && slices.Contains(k.Want, "string") {
		remedy = "; put it in quotes"
	}
	return fmt.Sprintf("want %s, got %s%s", strings.Join(articles(k.Want), " or "), found, remedy)
}

func articles(types []string) []string {
	var with []string
	for _, t := range types {
		switch {
		case t == "null" && len(types) > 1: // that it may be left empty as well does not help
		case strings.ContainsAny(t[:1], "aio"):
			with = append(with, "an "+t)
		default:
			with = append(with, "a "+t)
		}
	}
	return with
}

// shown is a value as a message quotes it. One from the environment may be a secret: only its name is told.
func (r *reader) shown(n *yaml.Node) string {
	if name := r.written[n]; name != "" {
		return name + " with an unfit value"
	}
	return shown(n)
}

// shown is a value as a message quotes it, cut where it is long.
func shown(n *yaml.Node) string {
	const most = 60
	switch {
	case n.Kind == yaml.MappingNode:
		return "an object"
	case n.Kind == yaml.SequenceNode:
		return "an array"
	case n.ShortTag() != "!!str":
		return n.Value
	case len(n.Value) > most:
		return fmt.Sprintf("%q", strings.ToValidUTF8(n.Value[:most], "")+"…")
	default:
		return fmt.Sprintf("%q", n.Value)
	}
}

func list(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}

func number(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return r.FloatString(3)
}

// such is the schema's example, as a remedy; "" where it has none.
func (s *Schema) such(schemaURL string) string {
	examples, ok := s.at(schemaURL)["examples"].([]any)
	if !ok || len(examples) == 0 {
		return s.titled(schemaURL)
	}
	text, err := json.Marshal(examples[0])
	if err != nil {
		return ""
	}
	return ", such as " + string(text)
}

// titled is the schema's title, as a remedy; "" where it has none.
func (s *Schema) titled(schemaURL string) string {
	if title, ok := s.at(schemaURL)["title"].(string); ok {
		return "; want " + title
	}
	return ""
}

// members lists what an object may have, sorted.
func (s *Schema) members(schemaURL string) []string {
	properties, ok := s.at(schemaURL)["properties"].(map[string]any)
	if !ok {
		return nil
	}
	return slices.Sorted(maps.Keys(properties))
}

// at finds a schema by its URL, nil when it is not there.
func (s *Schema) at(schemaURL string) map[string]any {
	_, pointer, _ := strings.Cut(schemaURL, "#")
	if unescaped, err := url.PathUnescape(pointer); err == nil {
		pointer = unescaped
	}
	value := s.document
	for token := range strings.SplitSeq(pointer, "/") {
		if token == "" {
			continue // the root, or what stands before the first slash
		}
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(token)]
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	return object
}
