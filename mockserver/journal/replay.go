package journal

import (
	_ "embed"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"text/template"

	"github.com/understudy-mock/understudy/internal/shown"
)

//go:embed replay.sh.tmpl
var curlTemplate string

//go:embed replay_test.go.tmpl
var goTemplate string

// WriteCurl writes a shell script that replays exchanges, and the commands between them, on a fresh world of a server, and
// fails when a status differs.
//
// Ids that the vendors, the control API or a login gave are taken from the new answers. The new world's token stands for
// every other credential that is hidden, and for the world's name. APIs whose names are not given have ids of 32 hex digits alone.
// Run without an address, the script calls the server that is given.
func WriteCurl(w io.Writer, at Server, entries []*Entry, names ...Names) error {
	return writeReplay(w, "replay.sh", curlTemplate, entries, names, template.FuncMap{"quote": shellQuoted, "json": shown.JSON, "server": func() Server { return at }})
}

// Server is scheme and host of the vendors' APIs, and of the control API.
type Server struct{ Vendors, Control string }

// WriteGo writes a Go test that replays entries as [WriteCurl] does, on a server in its own process.
func WriteGo(w io.Writer, entries []*Entry, names ...Names) error {
	return writeReplay(w, "replay_test.go", goTemplate, entries, names, template.FuncMap{"quote": shown.Go})
}

func writeReplay(w io.Writer, name, text string, entries []*Entry, names []Names, functions template.FuncMap) error {
	steps, err := stepsOf(entries, rulesOf(names))
	if err != nil {
		return err
	}
	page, err := template.New(name).Funcs(functions).Parse(text)
	if err != nil {
		return err
	}
	return page.Execute(w, steps)
}

// step is an entry to be sent again. Its texts hold places such as {{token}} and {{id1}} for what is known only then.
type step struct {
	Number    uint64
	Command   bool
	Operation string
	Method    string
	Path      string
	Headers   []pair
	Body      string
	Status    int // wanted
	Saves     []saved
}

type pair struct{ Name, Value string }

// Line is the pair as curl takes it; a header without value needs a semicolon.
func (p pair) Line() string {
	if p.Value == "" {
		return p.Name + ";"
	}
	return p.Name + ": " + p.Value
}

// Binary says that the body cannot be a word of a shell.
func (s step) Binary() bool { return strings.ContainsRune(s.Body, 0) }

// World says that the body is the file of a world, lines of JSON that may be too long for an argument of a program.
func (s step) World() bool { return s.Operation == worldOperation }

// Base64 is the body, encoded.
func (s step) Base64() string { return base64.StdEncoding.EncodeToString([]byte(s.Body)) }

// Untyped says that the body was declared as nothing, where curl would declare a form.
func (s step) Untyped() bool {
	return s.Body != "" && !slices.ContainsFunc(s.Headers, func(p pair) bool { return p.Name == "Content-Type" })
}

// Headless says that the answer has no body, though it tells how long one would be.
func (s step) Headless() bool { return s.Method == http.MethodHead && s.Body == "" }

// Exchanges counts the steps that are no commands.
func (s steps) Exchanges() (n int) {
	for _, each := range s {
		if !each.Command {
			n++
		}
	}
	return n
}

type steps []step

// stepsOf refuses what was not kept whole.
func stepsOf(entries []*Entry, r *rules) (steps, error) {
	places := placesOf(entries, r)
	all := steps{}
	for _, e := range entries {
		if e.Request.Body.Size > len(e.Request.Body.Bytes) {
			return nil, fmt.Errorf("%s: its body has %d bytes, of which the journal kept %d; replay smaller ones", e.label(), e.Request.Body.Size, len(e.Request.Body.Bytes))
		}
		all = append(all, places.step(e))
	}
	return all, nil
}

func (e *Entry) label() string {
	if e.Command {
		return fmt.Sprintf("%s after exchange %d", e.Operation, e.Number)
	}
	return fmt.Sprintf("exchange %d", e.Number)
}

func (p *places) step(recorded *Entry) step {
	e := recorded.masked(p.maskOf(recorded))
	s := step{
		Number: e.Number, Command: e.Command, Operation: e.Operation, Method: e.Request.Method, Path: p.open(e, e.Request.Path), Body: p.open(e, string(e.Request.Body.Bytes)),
		Status: e.Response.Status, Saves: p.saves[recorded],
	}
	p.rules.anonymous(&s)
	for _, name := range slices.Sorted(maps.Keys(e.Request.Header)) {
		if isTransport(name) {
			continue
		}
		for _, value := range e.Request.Header[name] {
			s.Headers = append(s.Headers, pair{name, p.open(e, value)})
		}
	}
	return s
}

// isTransport tells headers that a client sets by itself.
func isTransport(name string) bool {
	switch name {
	case "Accept-Encoding", "Connection", "Content-Length", "User-Agent":
		return true
	}
	return false
}
