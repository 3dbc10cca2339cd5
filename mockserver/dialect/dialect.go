// Package dialect reads dialect files and makes up the hostile dialect.
//
// A dialect file is a YAML mapping from the id of an open question to the answer that the mock is to give:
//
//	makecom/delete/unknown-id: echoed
//	crmcom/list/order: oldest-first
//
// A question that it does not name keeps its default answer. Answers are words, also where YAML sees something else: yes,
// null and 200 are what they look like.
package dialect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// HostileName stands for the hostile dialect where a file is expected.
const HostileName = "hostile"

// MaxBytes bounds a dialect file.
const MaxBytes = 1 << 20

// Load reads a dialect file, or makes up the hostile dialect from the seed when that is the name.
func Load(name string, seed int64) (contract.Dialect, error) {
	if name == HostileName {
		return Hostile(seed), nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%w; give a dialect file, or %s", err, HostileName)
	}
	defer func() { _ = file.Close() }() // it was only read
	return Read(name, file)
}

// Read reads a dialect file that errors call name. An error joins an [*Error] for each line that is wrong.
func Read(name string, r io.Reader) (contract.Dialect, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case len(text) > MaxBytes:
		return nil, fmt.Errorf("%s: it is larger than %d MiB", name, MaxBytes>>20)
	}
	root, err := parse(name, text)
	switch {
	case err != nil:
		return nil, err
	case root == nil:
		return contract.Dialect{}, nil // nothing but comments: the defaults
	}
	return read(name, root)
}

// parse reads the one document that a file holds, nil for none.
func parse(name string, text []byte) (root *yaml.Node, err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var document yaml.Node
		switch err := decoder.Decode(&document); {
		case errors.Is(err, io.EOF):
			return root, nil
		case err != nil:
			return nil, syntax(name, text, err)
		case root != nil:
			return nil, &Error{name, document.Line, "", "a second document begins; write one file for each"}
		}
		root = document.Content[0]
	}
}

// position is how the YAML library begins an error.
var position = lazyregexp.New(`^yaml: (?:line (\d+): )?`)

// syntax is an error of the YAML library. Where a tab is what it stumbled over, that is said.
func syntax(name string, text []byte, err error) error {
	for i, line := range strings.Split(string(text), "\n") {
		if strings.Contains(line[:len(line)-len(strings.TrimLeft(line, " \t"))], "\t") {
			return &Error{name, i + 1, "", "the line is indented with a tab; YAML wants spaces"}
		}
	}
	reason := position().ReplaceAllString(err.Error(), "") + "; this is no YAML"
	if found := position().FindStringSubmatch(err.Error()); found != nil && found[1] != "" {
		return fmt.Errorf("%s:%s: %s", name, found[1], reason)
	}
	return fmt.Errorf("%s: %s", name, reason)
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

func read(name string, root *yaml.Node) (contract.Dialect, error) {
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return contract.Dialect{}, nil
	}
	if root.Kind != yaml.MappingNode {
		return nil, &Error{name, root.Line, "", "want a mapping from question to answer, such as makecom/delete/unknown-id: echoed"}
	}
	d, lines := contract.Dialect{}, map[string]int{}
	var wrong []error
	for i := 0; i+1 < len(root.Content); i += 2 {
		id, answer := root.Content[i], root.Content[i+1]
		if reason := check(id, answer, lines); reason != "" {
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

// check says what is wrong with one answer, "" for nothing.
func check(id, answer *yaml.Node, lines map[string]int) string {
	if id.Kind != yaml.ScalarNode {
		return "the id of a question has to be a plain word"
	}
	if answer.Kind != yaml.ScalarNode {
		return "want one word for an answer"
	}
	if line, twice := lines[id.Value]; twice {
		return fmt.Sprintf("it is answered in line %d already", line)
	}
	if err := (contract.Dialect{id.Value: answer.Value}).Validate(openapi.APIs()...); err != nil {
		return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "dialect: "), id.Value+": ")
	}
	return ""
}

// Hostile answers the open questions in unusual ways that the documents allow all the same: three times out of four with
// another answer than the default. A client that works for every seed relies on nothing that nobody promised.
func Hostile(seed int64) contract.Dialect {
	d := contract.Dialect{}
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	for _, api := range openapi.APIs() {
		for _, q := range api.Questions {
			if len(q.Answers) > 1 && random.IntN(4) > 0 {
				d[q.ID] = q.Answers[1+random.IntN(len(q.Answers)-1)].Name
			}
		}
	}
	return d
}
