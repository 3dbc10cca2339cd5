package lazyregexp_test

import (
	"testing"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

func TestNew(t *testing.T) {
	number := lazyregexp.New(`^[0-9]+$`)
	if !number().MatchString("12") || number().MatchString("x") {
		t.Error("it does not match as regexp does")
	}
	if first := number(); first != number() {
		t.Error("it is compiled again at each use")
	}
}

func TestNewPanicsAtFirstUse(t *testing.T) {
	wrong := lazyregexp.New(`(`)
	defer func() {
		if recover() == nil {
			t.Error("a wrong expression did not panic")
		}
	}()
	wrong()
}
