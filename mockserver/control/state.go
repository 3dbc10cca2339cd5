package control

import (
	"context"
	"fmt"
	"slices"
	"strings"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// How many cards of a column are shown at a time.
const (
	defaultCards = 100
	mostCards    = 1000
)

// GetState shows the state of a world as its APIs show themselves.
func (s *server) GetState(_ context.Context, req controlapi.GetStateRequestObject) (controlapi.GetStateResponseObject, error) {
	look, err := lookOf(req.Params)
	if err != nil {
		return nil, err
	}
	w, err := s.worlds.Lookup(req.World) // a look makes no world
	if err != nil {
		return nil, inField("world", err)
	}
	shown := controlapi.GetState200JSONResponse{Sequence: int64(w.Journal.Total()), Boards: []controlapi.Board{}}
	if w, err = s.atMoment(w, req.Params.Moment, &shown); err != nil {
		return nil, err
	}
	boards, err := s.boards(w, req.Params.API, look)
	if err == nil {
		err = s.checkLook(w, req.Params.API, look, boards)
	}
	if err != nil {
		return nil, err
	}
	for _, board := range boards {
		if req.Params.Moment != nil {
			board.Board = withoutActions(board.Board) // they would change the world as it is
		}
		shown.Boards = append(shown.Boards, shownBoard(board.of, board.Board, look.Card != ""))
	}
	return shown, nil
}

// atMoment is the world to look at: the one that there is, or what it was.
func (s *server) atMoment(w *world.World, moment *int64, shown *controlapi.GetState200JSONResponse) (*world.World, error) {
	first, last := w.Moments()
	shown.First, shown.Last = int64(first), int64(last)
	if moment == nil {
		shown.Moment, shown.At = shown.Last, w.Clock().Now()
		return w, nil
	}
	if *moment < 0 {
		return nil, refusal.BadValue("moment", "it is below zero")
	}
	was, at, err := s.worlds.Past(w, uint64(*moment))
	shown.Moment, shown.At = *moment, at
	return was, inField("moment", err)
}

func withoutActions(b mockapi.Board) mockapi.Board {
	b.Actions = nil
	b.Columns = slices.Clone(b.Columns)
	for i, column := range b.Columns {
		cards := slices.Clone(column.Cards)
		for j := range cards {
			cards[j].Actions = nil
		}
		b.Columns[i].Cards = cards
	}
	return b
}

func lookOf(p controlapi.GetStateParams) (mockapi.Look, error) {
	look := mockapi.Look{Board: p.Board, Column: p.Column, Card: p.Card, Offset: p.Offset, Limit: defaultCards}
	if p.Limit != nil {
		look.Limit = *p.Limit
	}
	switch {
	case p.Offset < 0:
		return look, refusal.BadValue("offset", "it is below zero")
	case look.Limit < 1 || look.Limit > mostCards:
		return look, refusal.BadValue("limit", fmt.Sprintf("%d is not between 1 and %d", look.Limit, mostCards))
	}
	return look, nil
}

func shownBoard(of string, b mockapi.Board, whole bool) controlapi.Board {
	shown := controlapi.Board{API: of, ID: b.ID, Title: b.Title, Note: b.Note, Gone: b.Gone, Actions: shownActions(b.Actions), Columns: []controlapi.BoardColumn{}}
	for _, c := range b.Columns {
		column := controlapi.BoardColumn{ID: c.ID, Title: c.Title, Total: c.Total, Cards: make([]controlapi.BoardCard, len(c.Cards))}
		for i, card := range c.Cards {
			column.Cards[i] = shownCard(card, whole)
		}
		shown.Columns = append(shown.Columns, column)
	}
	return shown
}

// mostOfAField bounds what a card shows of a field among other cards: they may be many, and each as long as a body.
const mostOfAField = 4 << 10

func shownCard(c mockapi.Card, whole bool) controlapi.BoardCard {
	shown := controlapi.BoardCard{ID: c.ID, Title: beginning(c.Title), Note: beginning(c.Note), Actions: shownActions(c.Actions)}
	for _, f := range c.Fields {
		field := controlapi.BoardField{Name: f.Name, Value: f.Value, Bytes: f.Bytes}
		if !whole && len(f.Value) > mostOfAField {
			field.Value, field.Bytes = beginning(f.Value), len(f.Value)
		}
		shown.Fields = append(shown.Fields, field)
	}
	return shown
}

func beginning(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), mostOfAField)], "")
}

func shownActions(actions []mockapi.Action) []controlapi.BoardAction {
	var shown []controlapi.BoardAction
	for _, a := range actions {
		action := controlapi.BoardAction{Label: a.Label, Method: a.Method, Path: a.Path, Vendor: a.Vendor, Headers: a.Header, Body: a.Body}
		for _, in := range a.Inputs {
			action.Inputs = append(action.Inputs, controlapi.BoardInput{Name: in.Name, Label: in.Label, Kind: string(in.Kind), Value: in.Value})
		}
		shown = append(shown, action)
	}
	return shown
}
