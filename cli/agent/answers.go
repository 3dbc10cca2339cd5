package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"unicode/utf8"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

const (
	// mostShown is how long an answer may be to be shown at once, in bytes.
	mostShown = 24 << 10
	// mostKept is how many longer texts are kept to be read on, mostKeptBytes how long they may be together; the latest one always stays.
	mostKept      = 16
	mostKeptBytes = 64 << 20
)

// answers are the texts that were too long to be shown at once, the latest ones.
type answers struct {
	mu    sync.Mutex
	first int // the oldest one that is kept
	next  int
	bytes int // of all of them
	texts map[string][]byte
}

// keep gives the text a name and forgets the oldest ones beyond the bounds.
func (a *answers) keep(text []byte) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.texts == nil {
		a.texts = map[string][]byte{}
	}
	name := answerName(a.next)
	a.next++
	a.texts[name] = text
	a.bytes += len(text)
	for len(a.texts) > mostKept || a.bytes > mostKeptBytes && len(a.texts) > 1 {
		oldest := answerName(a.first)
		a.first++
		a.bytes -= len(a.texts[oldest])
		delete(a.texts, oldest)
	}
	return name
}

func answerName(n int) string { return fmt.Sprint("answer-", n+1) }

// from is the whole text of that name, in which somebody wants to read on from an offset.
func (a *answers) from(name string, offset int) ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	text, ok := a.texts[name]
	switch {
	case !ok:
		return nil, fmt.Errorf("name: there is no %q (any more; the latest %d are kept, %d MiB of them); ask again", beginning(name, mostCall), mostKept, mostKeptBytes>>20)
	case offset < 0 || offset > len(text):
		return nil, fmt.Errorf("offset: must be 0 to %d, found %d", len(text), offset)
	}
	return text, nil
}

// shown is what a tool of the control API says.
type shown struct {
	Status int             `json:"status"`
	Answer json.RawMessage `json:"answer,omitempty"`
	Text   string          `json:"text,omitempty"`
	// Bytes and More are given when the text is only the beginning.
	Bytes int    `json:"bytes,omitempty"`
	More  string `json:"more,omitempty"`
}

// result shows an answer, the beginning of it when it is long. Whatever is not 2xx is an error for the agent to read.
func (s *server) result(a *answer) *mcp.CallToolResult {
	out := shown{Status: a.Status}
	switch {
	case len(a.Body) > mostShown:
		out.Text, out.Bytes, out.More = string(cut(a.Body, 0, mostShown)), len(a.Body), s.answers.keep(a.Body)
	case a.JSON && json.Valid(a.Body):
		out.Answer = a.Body
	default:
		out.Text = string(a.Body)
	}
	return structured(out, !a.ok())
}

// structured is a result both as data and, for clients that read no data, as the same in text.
func structured(v any, isError bool) *mcp.CallToolResult {
	data, err := json.Marshal(v)
	if err != nil {
		return failed(err)
	}
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: string(data)}}, StructuredContent: json.RawMessage(data), IsError: isError}
}

// failed tells the agent what went wrong.
func failed(err error) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: err.Error()}}, IsError: true}
}

// cut is the part of a text from offset on that is shown at once; it splits no character.
func cut(text []byte, offset, most int) []byte {
	end := min(offset+most, len(text))
	for end < len(text) && end > offset && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[offset:end]
}

type moreIn struct {
	Name   string `json:"name" jsonschema:"what the member more of an answer said"`
	Offset int    `json:"offset,omitempty" jsonschema:"where to go on, in bytes; the member next of the answer before"`
}

type moreOut struct {
	Text  string `json:"text"`
	Next  int    `json:"next,omitempty" jsonschema:"offset of the next part; absent at the end"`
	Bytes int    `json:"bytes" jsonschema:"length of the whole"`
}

func (s *server) readMore(_ context.Context, _ *mcp.CallToolRequest, in moreIn) (*mcp.CallToolResult, moreOut, error) {
	text, err := s.answers.from(in.Name, in.Offset)
	if err != nil {
		return nil, moreOut{}, err
	}
	part := cut(text, in.Offset, mostShown)
	out := moreOut{Text: string(part), Bytes: len(text)}
	if next := in.Offset + len(part); next < len(text) {
		out.Next = next
	}
	return nil, out, nil
}
