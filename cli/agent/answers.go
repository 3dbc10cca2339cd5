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
	// mostKept is how many longer answers are kept for read_more.
	mostKept = 16
)

// answers are the texts that were too long to be shown at once, the latest ones.
type answers struct {
	mu    sync.Mutex
	next  int
	texts map[string][]byte
}

// keep gives the text a name and forgets the oldest one beyond the bound.
func (a *answers) keep(text []byte) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.texts == nil {
		a.texts = map[string][]byte{}
	}
	a.next++
	delete(a.texts, answerName(a.next-mostKept))
	a.texts[answerName(a.next)] = text
	return answerName(a.next)
}

func answerName(n int) string { return fmt.Sprint("answer-", n) }

func (a *answers) text(name string) ([]byte, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	text, ok := a.texts[name]
	return text, ok
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
		out.Text, out.Bytes, out.More = string(cut(a.Body, 0)), len(a.Body), s.answers.keep(a.Body)
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
func cut(text []byte, offset int) []byte {
	end := min(offset+mostShown, len(text))
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
	text, ok := s.answers.text(in.Name)
	switch {
	case !ok:
		return nil, moreOut{}, fmt.Errorf("name: there is no %q (any more; the latest %d are kept); ask again", in.Name, mostKept)
	case in.Offset < 0 || in.Offset > len(text):
		return nil, moreOut{}, fmt.Errorf("offset: must be 0 to %d, found %d", len(text), in.Offset)
	}
	part := cut(text, in.Offset)
	out := moreOut{Text: string(part), Bytes: len(text)}
	if next := in.Offset + len(part); next < len(text) {
		out.Next = next
	}
	return nil, out, nil
}
