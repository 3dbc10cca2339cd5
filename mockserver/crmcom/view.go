package crmcom

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// The boards, and the columns of the log.
const (
	boardLog         = "webhook_requests"
	boardRules       = "workflow_rules"
	columnRejected   = "rejected"
	columnSuccessful = "successful"
	columnRules      = "rules"
)

// someEntity is fired where any will do.
const someEntity = "ACTIVITIES"

// View shows the log of sent webhooks, and the rules that make them.
func View(w *world.World, look mockapi.Look) ([]mockapi.Board, error) {
	var boards []mockapi.Board
	err := readLog(w, func(s *requestlog.State) error {
		if look.Wants(boardLog, "") {
			boards = append(boards, logBoard(s, look))
		}
		if look.Wants(boardRules, "") {
			boards = append(boards, rulesBoard(s, look))
		}
		return nil
	})
	return boards, err
}

func logBoard(s *requestlog.State, look mockapi.Look) mockapi.Board {
	board := mockapi.Board{ID: boardLog, Title: "Webhook requests", Note: strconv.Itoa(s.Len()) + " logged, the newest first", Gone: "deleted"}
	all := s.Requests()
	for _, id := range []string{columnRejected, columnSuccessful} {
		if look.Wants(boardLog, id) {
			board.Columns = append(board.Columns, logColumn(all, id, look))
		}
	}
	return board
}

func logColumn(all []*requestlog.Request, id string, look mockapi.Look) mockapi.Column {
	c := mockapi.Column{ID: id, Title: id, Cards: []mockapi.Card{}}
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Rejected != (id == columnRejected) || look.Card != "" && look.Card != all[i].ID {
			continue
		}
		if c.Total >= look.Offset && c.Total < look.Offset+look.Limit {
			c.Cards = append(c.Cards, requestCard(all[i]))
		}
		c.Total++
	}
	return c
}

func requestCard(r *requestlog.Request) mockapi.Card {
	number := strconv.FormatUint(r.Number, 10)
	card := mockapi.Card{
		ID: r.ID, Title: number + " · " + r.Entity, Note: r.URL,
		Fields: []mockapi.Field{
			{Name: "id", Value: r.ID},
			{Name: "entity", Value: r.Entity + " " + r.EntityID},
			{Name: "url", Value: r.URL},
			{Name: "webhook definition", Value: r.Definition.Name},
			{Name: "workflow rule", Value: r.Rule.Name},
			{Name: "created", Value: r.Created.UTC().Format(time.RFC3339)},
			{Name: "updated", Value: r.Updated.UTC().Format(time.RFC3339)},
			{Name: "data", Value: string(r.Data)},
		},
		Actions: []mockapi.Action{
			call("Resend", "/webhook_requests/resend", number),
			call("Delete", "/webhook_requests/delete", number),
		},
	}
	if r.Received != nil {
		card.Fields = append(card.Fields, mockapi.Field{Name: "receiver answered", Value: strconv.Itoa(r.Received.Status) + "\n" + string(r.Received.Body)})
	}
	if r.Failure != (requestlog.Failure{}) {
		card.Note = r.Failure.Code + " · " + r.URL
		card.Fields = append(card.Fields, mockapi.Field{Name: "failure", Value: r.Failure.Code + "\n" + r.Failure.Description})
	}
	return card
}

// call is a method of the vendor's own API on a webhook request.
func call(label, path, number string) mockapi.Action {
	return mockapi.Action{
		Label: label, Method: http.MethodPost, Path: crmapi.BasePath + path, Vendor: true,
		Body: map[string]any{"token": "{token}", "webhook_request_identifier": map[string]any{"number": number}},
	}
}

func rulesBoard(s *requestlog.State, look mockapi.Look) mockapi.Board {
	rules := slices.DeleteFunc(s.Rules(), func(r requestlog.Rule) bool { return look.Card != "" && look.Card != r.ID })
	from := min(look.Offset, len(rules))
	column := mockapi.Column{ID: columnRules, Title: columnRules, Total: len(rules), Cards: []mockapi.Card{}}
	for _, rule := range rules[from:min(from+look.Limit, len(rules))] {
		column.Cards = append(column.Cards, ruleCard(s, rule))
	}
	return mockapi.Board{
		ID: boardRules, Title: "Workflow rules", Columns: []mockapi.Column{column},
		Actions: []mockapi.Action{{
			Label: "New definition …", Method: http.MethodPost, Path: "/crmcom/definitions",
			Inputs: []mockapi.Input{{Name: "url", Label: "where it delivers, such as sink:shop", Kind: mockapi.InputText, Value: "sink:shop"}},
		}},
	}
}

func ruleCard(s *requestlog.State, rule requestlog.Rule) mockapi.Card {
	firing := map[string]any{"workflow_rule": rule.ID}
	if rule.Entity == "" {
		firing["entity"] = someEntity // a rule about any has to be told about which
	}
	card := mockapi.Card{
		ID: rule.ID, Title: rule.Name, Note: rule.Entity,
		Actions: []mockapi.Action{
			{Label: "Fire", Method: http.MethodPost, Path: "/crmcom/fire", Body: firing},
			{
				Label: "Fire with …", Method: http.MethodPost, Path: "/crmcom/fire", Body: firing,
				Inputs: []mockapi.Input{{Name: "data", Label: "the entity, a JSON object", Kind: mockapi.InputJSON, Value: "{\n  \"status\": \"NEW\"\n}"}},
			},
		},
	}
	if d, err := s.Definition(requestlog.Key{Field: requestlog.ID, Value: rule.DefinitionID}); err == nil {
		card.Note = d.URL
		card.Fields = []mockapi.Field{{Name: "webhook definition", Value: d.Name}, {Name: "url", Value: d.URL}, {Name: "entity", Value: rule.Entity}}
	}
	return card
}

// sizes counts the webhook requests.
func sizes(w *world.World) (counts map[string]int, err error) {
	err = world.View(w, requestlog.PartName, nil, func(log *requestlog.State) error {
		counts = map[string]int{"webhookRequests": log.Len()}
		return nil
	})
	return counts, err
}
