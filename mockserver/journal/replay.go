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

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

//go:embed replay.sh.tmpl
var curlTemplate string

//go:embed replay_test.go.tmpl
var goTemplate string

// WriteCurl writes a shell script that replays exchanges on a fresh world of a server, and fails when a status differs.
//
// The world is a copy of the server's base world. Ids that the vendors gave, to deliveries and to webhook requests that
// a resend made, are taken from the new answers, and the new world's token stands for every redacted credential. What was
// done through the control API is not in a journal and is not replayed, which the script says; refusals that a fault made
// are left out.
func WriteCurl(w io.Writer, entries []*Entry) error {
	return writeReplay(w, "replay.sh", curlTemplate, entries, template.FuncMap{"quote": shellQuoted})
}

// WriteGo writes a Go test that replays exchanges as [WriteCurl] does, on a server in its own process.
func WriteGo(w io.Writer, entries []*Entry) error {
	return writeReplay(w, "replay_test.go", goTemplate, entries, template.FuncMap{"quote": goQuoted})
}

func writeReplay(w io.Writer, name, text string, entries []*Entry, functions template.FuncMap) error {
	steps, err := stepsOf(entries)
	if err != nil {
		return err
	}
	page, err := template.New(name).Funcs(functions).Parse(text)
	if err != nil {
		return err
	}
	return page.Execute(w, steps)
}

// step is an exchange to be sent again. Its texts hold places such as {{token}} and {{id1}} for what is known only then.
type step struct {
	Number  uint64
	Method  string
	Path    string
	Headers []pair
	Body    string
	Status  int    // wanted
	Saves   string // the place that an id in the answer fills, "" for none
	InBody  bool   // that id stands in the body, and not in x-request-id
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

// Base64 is the body, encoded.
func (s step) Base64() string { return base64.StdEncoding.EncodeToString([]byte(s.Body)) }

// Untyped says that the body was declared as nothing, where curl would declare a form.
func (s step) Untyped() bool {
	return s.Body != "" && !slices.ContainsFunc(s.Headers, func(p pair) bool { return p.Name == "Content-Type" })
}

// The operations whose answers name what they made: a delivery the item, a resend the webhook request.
const (
	ingestOperation = "ingest"
	resendOperation = "resendWebhookRequest"
)

// madeRequest finds the id of a webhook request in an answer.
var madeRequest = lazyregexp.New(`"data":\{"id":"([0-9A-F]{32})"`)

// minted is the id that an exchange made, "" for none.
func (e *Entry) minted() string {
	switch {
	case e.Response.Status != http.StatusOK:
		return ""
	case e.Operation == ingestOperation:
		return e.Response.Header.Get("X-Request-Id")
	case e.Operation == resendOperation:
		if found := madeRequest().FindSubmatch(e.Response.Body.Bytes); found != nil {
			return string(found[1])
		}
	}
	return ""
}

// stepsOf leaves out what was not answered honestly, and refuses what was not kept whole.
func stepsOf(entries []*Entry) ([]step, error) {
	places := placesOf(entries)
	steps := []step{}
	for _, e := range entries {
		switch {
		case e.Response.Status == 0 || strings.Contains(e.Fault, "status"):
			continue
		case e.Request.Body.Size > len(e.Request.Body.Bytes):
			return nil, fmt.Errorf("exchange %d: its body has %d bytes, of which the journal kept %d; replay smaller ones", e.Number, e.Request.Body.Size, len(e.Request.Body.Bytes))
		}
		steps = append(steps, places.step(e.Redacted()))
	}
	return steps, nil
}

// places are the ids that were given, and the names that stand for them.
type places map[string]string

// placesOf finds the ids that later requests use, and none before: what was known before is part of the base world.
func placesOf(entries []*Entry) places {
	found := places{}
	for i, e := range entries {
		id := e.minted()
		if id != "" && isUsed(id, entries[i+1:]) && !isUsed(id, entries[:i+1]) {
			found[id] = fmt.Sprint("id", len(found)+1)
		}
	}
	return found
}

func isUsed(id string, entries []*Entry) bool {
	return slices.ContainsFunc(entries, func(e *Entry) bool {
		return strings.Contains(e.Request.Path, id) || strings.Contains(string(e.Request.Body.Bytes), id)
	})
}

func (p places) step(e *Entry) step {
	s := step{
		Number: e.Number, Method: e.Request.Method, Path: p.open(e.Request.Path), Body: p.open(string(e.Request.Body.Bytes)),
		Status: e.Response.Status, Saves: p[e.minted()], InBody: e.Operation == resendOperation,
	}
	if e.Operation == ingestOperation {
		s.Path = address().ReplaceAllString(s.Path, "$1.{{token}}")
	}
	for _, name := range slices.Sorted(maps.Keys(e.Request.Header)) {
		if isTransport(name) {
			continue
		}
		for _, value := range e.Request.Header[name] {
			s.Headers = append(s.Headers, pair{name, p.open(value)})
		}
	}
	return s
}

// address is the part of a hook's address that names the hook; what follows a dot names the world.
var address = lazyregexp.New(`^(/wh/[^./?]+)(?:\.[^/?]*)?`)

// open puts places where ids and secrets are.
func (p places) open(text string) string {
	text = strings.ReplaceAll(text, Hidden, "{{token}}")
	for id, name := range p {
		text = strings.ReplaceAll(text, id, "{{"+name+"}}")
	}
	return text
}

// isTransport tells headers that a client sets by itself.
func isTransport(name string) bool {
	switch name {
	case "Accept-Encoding", "Connection", "Content-Length", "User-Agent":
		return true
	}
	return false
}

// place is where something goes that is known only when the exchange is replayed.
var place = lazyregexp.New(`\{\{(token|id[0-9]+)\}\}`)

// shellQuoted is a text as one word of a POSIX shell, with variables in its places.
func shellQuoted(text string) string {
	quoted := "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	return place().ReplaceAllString(quoted, `'"$$$1"'`)
}

// goQuoted is a text as a Go literal, readable where it can be.
func goQuoted(text string) string {
	if strings.ContainsAny(text, "\"\\\n") && !strings.ContainsAny(text, "`\r\x00\ufeff") && isPrintable(text) {
		return "`" + text + "`"
	}
	return fmt.Sprintf("%q", text)
}

func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r == '\uFFFD' || r < ' ' && r != '\n' && r != '\t' })
}
