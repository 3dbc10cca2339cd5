package control

import (
	"fmt"
	"slices"

	"github.com/understudy-mock/understudy/internal/near"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// boardOf is a board and the API that it is of.
type boardOf struct {
	of string
	mockapi.Board
}

// boards are what an API, or each where none is named, shows of a world.
func (s *server) boards(w *world.World, of string, look mockapi.Look) ([]boardOf, error) {
	var all []boardOf
	for _, played := range s.played {
		if played.View == nil || of != "" && of != played.Name() {
			continue
		}
		boards, err := played.View(w, look)
		if err != nil {
			return nil, err
		}
		for _, board := range boards {
			all = append(all, boardOf{played.Name(), board})
		}
	}
	return all, nil
}

// checkLook refuses a look that names what is nowhere: an answer without boards would pass for an empty world.
func (s *server) checkLook(w *world.World, of string, look mockapi.Look, found []boardOf) error {
	columns := columnsOf(found)
	switch {
	case of != "" && !slices.ContainsFunc(s.played, func(a *mockapi.API) bool { return a.Name() == of }):
		var known []string
		for _, played := range s.played {
			known = append(known, played.Name())
		}
		return nowhere("api", of, known)
	case look.Board != "" && len(found) == 0:
		all, err := s.boards(w, of, mockapi.Look{Limit: 1})
		var known []string
		for _, board := range all {
			known = append(known, board.ID)
		}
		return orNowhere(err, "board", look.Board, known)
	case look.Column != "" && !slices.ContainsFunc(columns, func(c mockapi.Column) bool { return c.ID == look.Column }):
		all, err := s.boards(w, of, mockapi.Look{Board: look.Board, Limit: 1})
		var known []string
		for _, column := range columnsOf(all) {
			known = append(known, column.ID)
		}
		return orNowhere(err, "column", look.Column, known)
	case look.Card != "" && !slices.ContainsFunc(columns, func(c mockapi.Column) bool { return len(c.Cards) > 0 }):
		return refusal.New(refusal.Missing, "unknown-card", fmt.Sprintf("there is no card %q", look.Card), "look without card to see which there are").At("card")
	}
	return nil
}

func columnsOf(boards []boardOf) (all []mockapi.Column) {
	for _, board := range boards {
		all = append(all, board.Columns...)
	}
	return all
}

func orNowhere(err error, what, given string, known []string) error {
	if err != nil {
		return err
	}
	return nowhere(what, given, known)
}

func nowhere(what, given string, known []string) error {
	return refusal.New(refusal.Invalid, refusal.CodeBadValue, fmt.Sprintf("there is no %s %q", what, given), near.Remedy(given, known)).At(what)
}
