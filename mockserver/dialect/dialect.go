// Package dialect reads dialect files and makes up the hostile dialect.
//
// A dialect file is a YAML mapping from the id of an open question to the answer that the mock is to give:
//
//	<api>/delete/unknown-id: echoed
//	<api>/list/order: oldest-first
//
// A question that it does not name keeps its default answer. Answers are words, also where YAML sees something else: yes,
// null and 200 are what they look like.
package dialect

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/internal/schemafile"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// HostileName stands for the hostile dialect where a file is expected.
const HostileName = "hostile"

// MaxBytes bounds a dialect file.
const MaxBytes = 1 << 20

// Load reads a dialect file, or makes up the hostile dialect from the seed when that is the name. It answers the questions of some APIs;
// without any, those of this module.
func Load(name string, seed int64, apis ...*contract.API) (contract.Dialect, error) {
	if name == HostileName {
		return Hostile(seed, apis...), nil
	}
	text, err := schemafile.ReadFile(name, MaxBytes)
	if err != nil {
		return nil, fmt.Errorf("%w; give a dialect file, or %s", err, HostileName)
	}
	return parse(name, text, apis)
}

// Read reads a dialect file that errors call name. An error joins an [*Error] for each line that is wrong.
func Read(name string, r io.Reader, apis ...*contract.API) (contract.Dialect, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case len(text) > MaxBytes:
		return nil, fmt.Errorf("%s: it is larger than %d MiB", name, MaxBytes>>20)
	}
	return parse(name, text, apis)
}

func parse(name string, text []byte, apis []*contract.API) (contract.Dialect, error) {
	root, err := schemafile.Tree(name, text)
	switch {
	case err != nil:
		return nil, err
	case root == nil:
		return contract.Dialect{}, nil // nothing but comments: the defaults
	}
	return read(name, root, known(apis))
}

// known are the APIs given, or those of this module.
func known(apis []*contract.API) []*contract.API {
	if len(apis) == 0 {
		return openapi.APIs()
	}
	return apis
}

// Error is something wrong at one line of a file.
type Error struct {
	File   string
	Line   int
	ID     string // of the question, "" for none
	Reason string
}

func (e *Error) Error() string {
	if e.ID == "" {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason)
	}
	return fmt.Sprintf("%s:%d: %s: %s", e.File, e.Line, e.ID, e.Reason)
}

func read(name string, root *yaml.Node, apis []*contract.API) (contract.Dialect, error) {
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return contract.Dialect{}, nil
	}
	if root.Kind != yaml.MappingNode {
		return nil, &Error{name, root.Line, "", "want a mapping from question to answer" + example(apis)}
	}
	d, lines := contract.Dialect{}, map[string]int{}
	var wrong []error
	for i := 0; i+1 < len(root.Content); i += 2 {
		id, answer := root.Content[i], root.Content[i+1]
		if reason := check(id, answer, lines, apis); reason != "" {
			wrong = append(wrong, &Error{name, id.Line, id.Value, reason})
			continue
		}
		d[id.Value], lines[id.Value] = answer.Value, id.Line
	}
	if wrong != nil {
		return nil, errors.Join(wrong...)
	}
	return d, nil
}

// example is an answer that a file may give, "" where nothing is open.
func example(apis []*contract.API) string {
	for _, api := range apis {
		for _, q := range api.Questions {
			return fmt.Sprintf(", such as %s: %s", q.ID, q.Default())
		}
	}
	return ""
}

// check says what is wrong with one answer, "" for nothing.
func check(id, answer *yaml.Node, lines map[string]int, apis []*contract.API) string {
	if id.Kind != yaml.ScalarNode {
		return "the id of a question has to be a plain word"
	}
	if answer.Kind != yaml.ScalarNode {
		return "want one word for an answer"
	}
	if line, twice := lines[id.Value]; twice {
		return fmt.Sprintf("it is answered in line %d already", line)
	}
	if err := (contract.Dialect{id.Value: answer.Value}).Validate(apis...); err != nil {
		return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "dialect: "), id.Value+": ")
	}
	return ""
}

// Hostile answers the open questions in unusual ways that the documents allow all the same: three times out of four with
// another answer than the default. A client that works for every seed relies on nothing that nobody promised. The questions are those of some APIs; without any, those of this module.
func Hostile(seed int64, apis ...*contract.API) contract.Dialect {
	d := contract.Dialect{}
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	for _, api := range known(apis) {
		for _, q := range api.Questions {
			if len(q.Answers) > 1 && random.IntN(4) > 0 {
				d[q.ID] = q.Answers[1+random.IntN(len(q.Answers)-1)].Name
			}
		}
	}
	return d
}
