package makecom

import (
	"errors"
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
	for _, c := range []struct {
		id, action string
		total      int
		items      func(*queue.State, int, mockapi.Look) ([]queue.Item, error)
	}{{columnWaiting, "Begin", hook.Queued - hook.Processing, waiting}, {columnProcessing, "Finish", hook.Processing, processing}} {
		if !look.Wants(id, c.id) {
			continue
		}
		column := mockapi.Column{ID: c.id, Title: c.id, Total: c.total, Cards: []mockapi.Card{}}
		items, err := c.items(s, hook.ID, look)
		if err != nil {
			return board, err
		}
		for i := range items {
			column.Cards = append(column.Cards, card(hook, &items[i], c.action, look.Card != ""))
		}
		board.Columns = append(board.Columns, column)
	}
	return board, nil
}

func waiting(s *queue.State, hookID int, look mockapi.Look) ([]queue.Item, error) {
	if look.Card != "" {
		return one(s, hookID, look.Card, false)
	}
	return s.List(queue.Page{HookID: hookID, Offset: look.Offset, Limit: look.Limit, WaitingOnly: true})
}

func processing(s *queue.State, hookID int, look mockapi.Look) ([]queue.Item, error) {
	if look.Card != "" {
		return one(s, hookID, look.Card, true)
	}
	items, err := s.Processing(hookID)
	from := min(look.Offset, len(items))
	return items[from:min(from+look.Limit, len(items))], err
}

// one is the item with an id where it is in the condition, and else none.
func one(s *queue.State, hookID int, id string, processing bool) ([]queue.Item, error) {
	item, busy, err := s.Item(hookID, id)
	switch {
	case errors.Is(err, queue.ErrNoItem):
		return nil, nil
	case err != nil || busy != processing:
		return nil, err
	}
	return []queue.Item{*item}, nil
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

func card(hook queue.Status, item *queue.Item, action string, whole bool) mockapi.Card {
	data, note := dataOf(hook, item, whole)
	return mockapi.Card{
		ID: item.ID, Title: item.ID, Note: note,
		Fields: []mockapi.Field{
			{Name: "created", Value: item.Created.UTC().Format(time.RFC3339Nano)},
			{Name: "size", Value: strconv.Itoa(item.Size())},
			data,
		},
		Actions: []mockapi.Action{{
			Label: action, Method: http.MethodPost, Path: fmt.Sprintf("/makecom/hooks/%d/%s", hook.ID, strings.ToLower(action)),
			Body: map[string]any{"ids": []string{item.ID}},
		}, deleting("Delete", hook.ID, "", map[string]any{"ids": []string{item.ID}})},
	}
}

// mostShown bounds the data that a card shows among others.
const mostShown = 4 << 10

// dataOf is the data of an item as a field, and in a line.
func dataOf(hook queue.Status, item *queue.Item, whole bool) (field mockapi.Field, note string) {
	field = mockapi.Field{Name: "data"}
	if item.Size() > mostShown && !whole && !hook.Confidential {
		field.Bytes = item.Size()
		return field, fmt.Sprintf("%d bytes", item.Size())
	}
	field.Value = "confidential"
	if !hook.Confidential {
		field.Value = textOf(item)
	}
	return field, field.Value
}

func textOf(item *queue.Item) string {
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
