package agent

import (
	"context"
	"fmt"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// mostSentences is how many are listed at once.
const mostSentences = 50

type lookUpIn struct {
	API    string   `json:"api,omitempty" jsonschema:"name of the API; absent: all"`
	IDs    []string `json:"ids,omitempty" jsonschema:"ids of requirements or open questions, as a journal or a report names them"`
	Words  string   `json:"words,omitempty" jsonschema:"words that all stand in the id, the sentence or the operation"`
	Offset int      `json:"offset,omitempty" jsonschema:"how many to pass over"`
}

type sentence struct {
	ID        string            `json:"id"`
	Kind      string            `json:"kind" jsonschema:"requirement or open question"`
	Text      string            `json:"text"`
	Operation string            `json:"operation,omitempty"`
	Level     string            `json:"level,omitempty" jsonschema:"MUST or SHOULD"`
	Basis     string            `json:"basis,omitempty" jsonschema:"where it is written: documented, reference, sibling, recorded or seen"`
	Source    string            `json:"source,omitempty"`
	Answers   map[string]string `json:"answers,omitempty" jsonschema:"answers to an open question and what they mean"`
	Default   string            `json:"default,omitempty" jsonschema:"the mock's answer"`
}

type lookUpOut struct {
	Sentences []sentence `json:"sentences"`
	Found     int        `json:"found" jsonschema:"how many there are in all"`
	Unknown   []string   `json:"unknown,omitempty" jsonschema:"ids that no contract has"`
}

func (s *server) addContractTools(to *mcp.Server) {
	addTool(s, to, &mcp.Tool{
		Name:        "look_up_sentences",
		Description: fmt.Sprintf("Look up sentences of the contracts: requirements and open questions, by id or by words, %d at a time.", mostSentences),
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true},
	}, s.lookUp)
}

func (s *server) lookUp(_ context.Context, _ *mcp.CallToolRequest, in lookUpIn) (*mcp.CallToolResult, lookUpOut, error) {
	apis, err := s.contracts(in.API)
	if err != nil {
		return nil, lookUpOut{}, err
	}
	if in.Offset < 0 {
		return nil, lookUpOut{}, fmt.Errorf("offset: must not be negative, found %d", in.Offset)
	}
	out := lookUpOut{Sentences: []sentence{}}
	wanted := map[string]bool{}
	for _, id := range in.IDs {
		wanted[id] = true
	}
	for _, one := range sentences(apis) {
		if len(in.IDs) > 0 && !wanted[one.ID] || !one.has(in.Words) {
			continue
		}
		delete(wanted, one.ID)
		if out.Found++; out.Found > in.Offset && len(out.Sentences) < mostSentences {
			out.Sentences = append(out.Sentences, one)
		}
	}
	for _, id := range in.IDs {
		if wanted[id] && in.Words == "" {
			out.Unknown = append(out.Unknown, id)
		}
	}
	return nil, out, nil
}

func (s sentence) has(words string) bool {
	text := strings.ToLower(s.ID + " " + s.Text + " " + s.Operation)
	for _, word := range strings.Fields(strings.ToLower(words)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// sentences are all of some contracts, in their order.
func sentences(apis []*contract.API) []sentence {
	var all []sentence
	for _, api := range apis {
		for _, r := range api.Requirements {
			all = append(all, sentence{
				ID: r.ID, Kind: "requirement", Text: r.Text, Operation: r.Operation,
				Level: string(r.Level), Basis: string(r.Basis), Source: r.Source,
			})
		}
		for _, q := range api.Questions {
			one := sentence{ID: q.ID, Kind: "open question", Text: q.Text, Default: q.Default(), Answers: map[string]string{}}
			for _, a := range q.Answers {
				one.Answers[a.Name] = a.Meaning
			}
			all = append(all, one)
		}
	}
	return all
}
