package wrap

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Setup is a call of the control API that plays the other side of a vendor: what begins to be processed, for one.
type Setup struct {
	State  string   // the provider state that it brings about, also where another operation was called
	Params Object   // of the state
	HookID int      // 0 for none
	IDs    []string // that it names
	World  string   // by name, "" when it is given by token
	Token  string
	many   bool // it answers with ids, not with id
}

// The states that mutants care for.
const (
	ItemsWaiting       = "items waiting"
	ItemBeingProcessed = "an item being processed"
	ProcessingFinished = "processing finished"
	ADefinition        = "a webhook definition"
	RuleFires          = "a workflow rule fires"
	RejectedRequest    = "a rejected webhook request"
	SuccessfulRequest  = "a successful webhook request"
)

const controlBase = "/_understudy/v1/"

// SetupOf reads a call of the control API. It reports false for one that plays no vendor's other side.
func SetupOf(r *http.Request, body []byte) (Setup, bool) {
	path, ours := strings.CutPrefix(r.URL.Path, controlBase)
	if !ours || r.Method != http.MethodPost {
		return Setup{}, false
	}
	if path == "provider-states" {
		return providerState(body)
	}
	return operation(strings.Split(path, "/"), body)
}

func providerState(text []byte) (Setup, bool) {
	body, ok := readObject(text)
	if !ok || body["action"] == "teardown" {
		return Setup{}, false
	}
	params, _ := body["params"].(Object) // none are no parameters
	s := Setup{State: String(body["state"]), Params: params, World: String(params["world"]), Token: String(params["token"])}
	s.HookID = integer(params["hookId"])
	if id := String(params["id"]); id != "" {
		s.IDs = []string{id}
	}
	return s, true
}

// operation reads worlds/{world}/makecom/hooks/{hookId}/…/{verb} and worlds/{world}/crmcom/{verb}.
func operation(path []string, text []byte) (Setup, bool) {
	body, ok := readObject(text)
	if !ok || len(path) < 4 || path[0] != "worlds" {
		return Setup{}, false
	}
	s := Setup{World: path[1], Params: body, IDs: Strings(body["ids"]), many: true}
	s.State = map[string]string{
		"begin": ItemBeingProcessed, "finish": ProcessingFinished, "incomings": ItemsWaiting,
		"definitions": ADefinition, "fire": RuleFires,
	}[path[len(path)-1]]
	if len(path) > 4 {
		s.HookID = integer(json.Number(path[4]))
	}
	return s, s.State != ""
}

// Find is the world that the call is about.
func (s Setup) Find(worlds *world.Registry) (*world.World, error) {
	if s.World != "" {
		return worlds.Lookup(s.World)
	}
	w, _, err := worlds.Open(s.Token)
	return w, err
}

// Setup reads the call as one of the control API.
func (c *Call) Setup() Setup {
	s, _ := SetupOf(c.R, c.body) // a mutant is asked about those calls only
	return s
}

// When plays w where the control API is asked for one of these states.
func When(w Wrap, states ...string) Wrap {
	return If(func(c *Call) bool { return slices.Contains(states, c.Setup().State) }, w)
}

// Answer answers the call with these ids, in the form that its operation has.
func (s Setup) Answer(ids ...string) *Answer {
	if s.many {
		return JSON(http.StatusOK, Object{"ids": ids})
	}
	return JSON(http.StatusOK, Object{"id": ids[0], "ids": ids})
}

// Answered lists the ids in an answer of the control API.
func (a *Answer) Answered() []string {
	body, _ := a.Object() // what is none names no ids
	if id := String(body["id"]); id != "" {
		return []string{id}
	}
	return Strings(body["ids"])
}

// String is a JSON value as a string, "" for one that is none.
func String(value any) string {
	text, _ := value.(string)
	return text
}

// Strings are the strings in a JSON array.
func Strings(value any) []string {
	list, _ := value.([]any) // nil for what is no array
	var all []string
	for _, v := range list {
		if text, ok := v.(string); ok {
			all = append(all, text)
		}
	}
	return all
}

func integer(value any) int {
	text := String(value)
	if n, ok := value.(json.Number); ok {
		text = n.String()
	}
	n, _ := strconv.Atoi(text) // what is no number names nothing
	return n
}
