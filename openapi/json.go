package openapi

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/understudy-mock/understudy/openapi/contract"
)

type apiJSON struct {
	Name         string            `json:"name"`
	Title        string            `json:"title"`
	Requirements []requirementJSON `json:"requirements"`
	Questions    []questionJSON    `json:"questions"`
}

type requirementJSON struct {
	ID        string         `json:"id"`
	Operation string         `json:"operation,omitempty"`
	Level     contract.Level `json:"level"`
	Basis     contract.Basis `json:"basis"`
	Text      string         `json:"text"`
	Source    string         `json:"source"`
	Relaxed   []string       `json:"relaxed,omitempty"`
}

type questionJSON struct {
	ID        string       `json:"id"`
	Text      string       `json:"text"`
	Default   string       `json:"default"`
	Answers   []answerJSON `json:"answers"`
	Durations bool         `json:"durations,omitempty"`
	Known     string       `json:"known,omitempty"`
}

type answerJSON struct {
	Name    string `json:"name"`
	Meaning string `json:"meaning"`
}

// WriteJSON prints the contracts as {"apis":[{"name","title","requirements":[…],"questions":[…]}]}, indented.
// A requirement names the questions that relax it by id.
func WriteJSON(w io.Writer, apis ...*contract.API) error {
	list := make([]apiJSON, len(apis))
	for i, api := range apis {
		list[i] = apiToJSON(api)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(map[string][]apiJSON{"apis": list}); err != nil {
		return fmt.Errorf("print requirements: %w", err)
	}
	return nil
}

func apiToJSON(api *contract.API) apiJSON {
	out := apiJSON{
		Name:         api.Name,
		Title:        api.Title,
		Requirements: make([]requirementJSON, len(api.Requirements)),
		Questions:    make([]questionJSON, len(api.Questions)),
	}
	for i, r := range api.Requirements {
		out.Requirements[i] = requirementToJSON(r)
	}
	for i, q := range api.Questions {
		out.Questions[i] = questionToJSON(q)
	}
	return out
}

func requirementToJSON(r *contract.Requirement) requirementJSON {
	out := requirementJSON{ID: r.ID, Operation: r.Operation, Level: r.Level, Basis: r.Basis, Text: r.Text, Source: r.Source}
	for _, q := range r.Relaxed {
		out.Relaxed = append(out.Relaxed, q.ID)
	}
	return out
}

func questionToJSON(q *contract.Question) questionJSON {
	out := questionJSON{ID: q.ID, Text: q.Text, Default: q.Default(), Durations: q.Durations, Known: q.Known}
	for _, a := range q.Answers {
		out.Answers = append(out.Answers, answerJSON(a))
	}
	return out
}
