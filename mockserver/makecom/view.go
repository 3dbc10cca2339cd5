package makecom

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// Columns of a queue.
const (
	columnWaiting    = "waiting"
	columnProcessing = "processing"
)

// View shows every hook as a board with its queue.
func View(w *world.World, look mockapi.Look) ([]mockapi.Board, error) {
	var boards []mockapi.Board
	err := world.View(w, queue.PartName, nil, func(s *queue.State) error {
		for _, hook := range s.Hooks() {
			if !look.Wants(strconv.Itoa(hook.ID), "") {
				continue
			}
			board, err := boardOf(s, hook, look)
			if err != nil {
				return err
			}
			boards = append(boards, board)
		}
		return nil
	})
	return boards, err
}

func boardOf(s *queue.State, hook queue.Status, look mockapi.Look) (mockapi.Board, error) {
	id := strconv.Itoa(hook.ID)
	board := mockapi.Board{ID: id, Title: hook.Name + " (hook " + id + ")", Note: noteOf(hook), Actions: hookActions(hook)}
	if look.Wants(id, columnWaiting) {
		items, err := s.List(queue.Page{HookID: hook.ID, Offset: look.Offset, Limit: look.Limit, WaitingOnly: true})
		if err != nil {
			return board, err
		}
		board.Columns = append(board.Columns, column(hook, columnWaiting, hook.Queued-hook.Processing, items, "Begin"))
	}
	if look.Wants(id, columnProcessing) {
		items, err := s.Processing(hook.ID)
		if err != nil {
			return board, err
		}
		from := min(look.Offset, len(items))
		items = items[from:min(from+look.Limit, len(items))]
		board.Columns = append(board.Columns, column(hook, columnProcessing, hook.Processing, items, "Finish"))
	}
	return board, nil
}

func noteOf(hook queue.Status) string {
	words := []string{fmt.Sprintf("%d of %d", hook.Queued, hook.Limit)}
	if every := hook.Settings.Processing.Every; every > 0 {
		words = append(words, fmt.Sprintf("processed every %s", every))
	} else {
		words = append(words, "processed when told")
	}
	for _, mark := range []struct {
		word string
		is   bool
	}{{"disabled", !hook.Enabled}, {"gone", hook.Gone}, {"confidential", hook.Confidential}, {"foreign", hook.Foreign}} {
		if mark.is {
			words = append(words, mark.word)
		}
	}
	return strings.Join(words, ", ")
}

func hookActions(hook queue.Status) []mockapi.Action {
	path := fmt.Sprintf("/makecom/hooks/%d/", hook.ID)
	return []mockapi.Action{
		{Label: "Deliver a sample", Method: http.MethodPost, Path: path + "incomings", Body: map[string]any{"count": 1}},
		{
			Label: "Deliver …", Method: http.MethodPost, Path: path + "incomings",
			Inputs: []mockapi.Input{{Name: "data", Label: "items, a JSON array", Kind: mockapi.InputJSON, Value: "[\n  {\"order\": 1}\n]"}},
		},
		{Label: "Begin the oldest", Method: http.MethodPost, Path: path + "begin", Body: map[string]any{"count": 1}},
		{Label: "Finish all", Method: http.MethodPost, Path: path + "finish", Body: map[string]any{}},
		deleting("Delete all, unconfirmed", hook.ID, "", map[string]any{"all": true}),
		deleting("Delete all", hook.ID, "?confirmed=true", map[string]any{"all": true}),
	}
}

// deleting is a call of the vendor's own API.
func deleting(label string, hookID int, query string, body any) mockapi.Action {
	return mockapi.Action{
		Label: label, Method: http.MethodDelete, Vendor: true, Body: body,
		Path:   fmt.Sprintf("%s/hooks/%d/incomings%s", makeapi.BasePath, hookID, query),
		Header: map[string]string{"Authorization": "Token {token}"},
	}
}

func column(hook queue.Status, id string, total int, items []queue.Item, action string) mockapi.Column {
	c := mockapi.Column{ID: id, Title: id, Total: total, Cards: make([]mockapi.Card, len(items))}
	for i := range items {
		c.Cards[i] = card(hook, &items[i], action)
	}
	return c
}

func card(hook queue.Status, item *queue.Item, action string) mockapi.Card {
	data := dataOf(hook, item)
	return mockapi.Card{
		ID: item.ID, Title: item.ID, Note: data,
		Fields: []mockapi.Field{
			{Name: "created", Value: item.Created.UTC().Format(time.RFC3339Nano)},
			{Name: "size", Value: strconv.Itoa(item.Size())},
			{Name: "data", Value: data},
		},
		Actions: []mockapi.Action{{
			Label: action, Method: http.MethodPost, Path: fmt.Sprintf("/makecom/hooks/%d/%s", hook.ID, strings.ToLower(action)),
			Body: map[string]any{"ids": []string{item.ID}},
		}, deleting("Delete", hook.ID, "", map[string]any{"ids": []string{item.ID}})},
	}
}

// mostShown bounds what a card shows of an item.
const mostShown = 4 << 10

func dataOf(hook queue.Status, item *queue.Item) string {
	if hook.Confidential {
		return "confidential"
	}
	if item.Size() > mostShown {
		return fmt.Sprintf("%d bytes", item.Size())
	}
	data, err := payload.Decode(item.Data)
	if err != nil {
		return err.Error()
	}
	return string(payload.AppendJSON(nil, data))
}

// sizes counts hooks, and the items in their queues.
func sizes(w *world.World) (map[string]int, error) {
	counts := map[string]int{"hooks": 0, "incomings": 0}
	err := world.View(w, queue.PartName, nil, func(s *queue.State) error {
		for _, hook := range s.Hooks() {
			counts["hooks"]++
			counts["incomings"] += hook.Queued
		}
		return nil
	})
	return counts, err
}
