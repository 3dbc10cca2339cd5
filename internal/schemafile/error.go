package schemafile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Error is one thing wrong with a text, and where.
type Error struct {
	Name    string // of the text, as the reader called it
	Line    int    // from 1; 0 where no place can be told
	Column  int    // from 1, in bytes
	Field   string // "clock.mode"; "" for the whole text
	Message string
}

// Error reads "world.yaml:3:14: hooks[0].queueLimit: want an integer, got the string "many"".
func (e *Error) Error() string {
	var s strings.Builder
	s.WriteString(e.Name)
	if e.Line > 0 {
		fmt.Fprintf(&s, ":%d:%d", e.Line, e.Column)
	}
	s.WriteString(": ")
	if e.Field != "" {
		s.WriteString(e.Field + ": ")
	}
	s.WriteString(e.Message)
	return s.String()
}

// maxErrors bounds what is reported of one text.
const maxErrors = 20

// join makes one error of several, in the order of the text.
func join(wrong []*Error) error {
	slices.SortStableFunc(wrong, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Field, b.Field))
	})
	errs := make([]error, 0, len(wrong))
	for _, e := range wrong[:min(len(wrong), maxErrors)] {
		errs = append(errs, e)
	}
	if more := len(wrong) - len(errs); more > 0 {
		errs = append(errs, fmt.Errorf("%s: %d more", wrong[0].Name, more))
	}
	return errors.Join(errs...)
}
