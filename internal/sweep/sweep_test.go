package sweep_test

import (
	"slices"
	"testing"

	"github.com/understudy-mock/understudy/internal/sweep"
)

func TestOf(t *testing.T) {
	list := []int{0, 1, 2, 3, 4, 5, 6}
	t.Setenv(sweep.Variable, "")
	if got := sweep.Of(list, 3); !slices.Equal(got, []int{0, 2, 4}) {
		t.Errorf("a part is %v", got)
	}
	if got := sweep.Of(list, 8); !slices.Equal(got, list) {
		t.Errorf("a part of more is %v", got)
	}
	t.Setenv(sweep.Variable, "1")
	if got := sweep.Of(list, 3); !slices.Equal(got, list) {
		t.Errorf("the whole is %v", got)
	}
}

func TestSkip(t *testing.T) {
	t.Setenv(sweep.Variable, "")
	ran := false
	t.Run("part", func(t *testing.T) { sweep.Skip(t); ran = true })
	t.Setenv(sweep.Variable, "1")
	if ran {
		t.Error("it ran without being asked for")
	}
	t.Run("whole", func(t *testing.T) { sweep.Skip(t); ran = true })
	if !ran {
		t.Error("it did not run")
	}
}
