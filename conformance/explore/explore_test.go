package explore_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

var sum = &contract.Requirement{ID: "toy/sum", Level: contract.Must}

// toy is a vendor that adds numbers up: "add n=1" and "sum". Its model is an int.
type toy struct {
	wrong  func(added []int) int // what the target adds by mistake
	fails  error                 // of the third world
	opened *int
}

type toyAnswer struct{ sum int }

func (toy) Draw(from explore.Chooser, _ int) explore.Command {
	if from.IntN(3) == 0 {
		return explore.Of("sum")
	}
	return explore.Of("add", "n", strconv.Itoa(1+from.IntN(9)), "noise", "x,y")
}

func (toy) Fit(_ int, c explore.Command) (explore.Command, bool) {
	return c, c.Verb == "sum" || c.Arg("n") != ""
}

func (toy) Step(s int, c explore.Command, a *toyAnswer) (int, error) {
	s += c.Int("n", 0)
	if a == nil || c.Verb != "sum" || a.sum == s {
		return s, nil
	}
	return s, &suite.Violation{Requirement: sum, Want: strconv.Itoa(s), Got: strconv.Itoa(a.sum)}
}

func (toy) Reads(c explore.Command) bool { return c.Verb == "sum" }

func (toy) Looks(int) []explore.Command { return []explore.Command{explore.Of("sum")} }

func (toy) Asks() []*contract.Question { return nil }

func (toy) Survey(context.Context, *suite.Session, contract.Dialect) (int, []string, error) {
	return 0, []string{"subtraction"}, nil
}

func (y toy) Open(context.Context, *suite.Session, int) (explore.World[toyAnswer], error) {
	*y.opened++
	if *y.opened == 3 && y.fails != nil {
		return nil, y.fails
	}
	return &toyWorld{wrong: y.wrong}, nil
}

type toyWorld struct {
	wrong func([]int) int
	added []int
}

func (w *toyWorld) Do(_ context.Context, c explore.Command) (*toyAnswer, error) {
	if c.Verb == "add" {
		w.added = append(w.added, c.Int("n", 0))
		return &toyAnswer{}, nil
	}
	total := w.wrong(w.added)
	for _, n := range w.added {
		total += n
	}
	return &toyAnswer{total}, nil
}

func honest([]int) int { return 0 }

// sevenThenThree is wrong once a 3 came somewhere after a 7.
func sevenThenThree(added []int) int {
	seven := slices.Index(added, 7)
	if seven >= 0 && slices.Contains(added[seven:], 3) {
		return 100
	}
	return 0
}

func newRun(t *testing.T) *suite.Run {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	return suite.NewRun(suite.Config{BaseURL: server.URL}, nil)
}

func run(t *testing.T, y toy, p explore.Plan) *explore.Result {
	t.Helper()
	y.opened = new(int)
	r, err := explore.Run(t.Context(), newRun(t), y, p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAnHonestTargetAgrees(t *testing.T) {
	r := run(t, toy{wrong: honest}, explore.Plan{})
	if len(r.Findings) != 0 || r.Rounds != explore.DefaultRounds || r.Replays != 0 || r.Commands != r.Rounds*(explore.DefaultLength+1) {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff([]string{"subtraction"}, r.Gaps); diff != "" {
		t.Error(diff)
	}
}

func TestADisagreementIsShrunkToWhatMatters(t *testing.T) {
	for seed := range uint64(20) {
		r := run(t, toy{wrong: sevenThenThree}, explore.Plan{Seed: seed})
		if len(r.Findings) != 1 {
			t.Fatalf("seed %d: %d findings", seed, len(r.Findings))
		}
		f := r.Findings[0]
		if got := explore.Text(f.Commands); got != "add n=7\nadd n=3\nsum\n" || !f.Confirmed || f.Violation.Requirement != sum {
			t.Errorf("seed %d: confirmed %t\n%s", seed, f.Confirmed, got)
		}
	}
}

func TestTheSameSeedFindsTheSame(t *testing.T) {
	first, second := run(t, toy{wrong: sevenThenThree}, explore.Plan{Seed: 5}), run(t, toy{wrong: sevenThenThree}, explore.Plan{Seed: 5})
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	other := run(t, toy{wrong: sevenThenThree}, explore.Plan{Seed: 6})
	if first.Commands == other.Commands && first.Findings[0].From == other.Findings[0].From {
		t.Error("another seed played the same")
	}
}

func TestWhatIsKnownIsNotFound(t *testing.T) {
	r := run(t, toy{wrong: sevenThenThree}, explore.Plan{Ignore: func(r *contract.Requirement) bool { return r == sum }})
	if len(r.Findings) != 0 || r.Rounds != explore.DefaultRounds {
		t.Errorf("%+v", r)
	}
}

func TestWhatShowsOnceIsNotConfirmed(t *testing.T) {
	shown := false
	r := run(t, toy{wrong: func(added []int) int {
		if shown || len(added) < 5 {
			return 0
		}
		shown = true
		return 1
	}}, explore.Plan{})
	for _, f := range r.Findings {
		if f.Confirmed {
			t.Errorf("%+v", f)
		}
	}
	if len(r.Findings) != 1 {
		t.Errorf("%d findings", len(r.Findings))
	}
}

func TestTheBudgetEndsAnExploration(t *testing.T) {
	r := run(t, toy{wrong: honest, fails: suite.ErrBudget}, explore.Plan{})
	if !errors.Is(r.Stopped, suite.ErrBudget) || r.Rounds != 3 {
		t.Errorf("%d rounds, stopped: %v", r.Rounds, r.Stopped)
	}
}

func TestReplay(t *testing.T) {
	for _, tt := range []struct {
		text, got string
	}{
		{"add n=7\nadd n=3\nsum", "110"},
		{"add n=3\nadd n=7\nsum", ""},
	} {
		commands, err := explore.Parse(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		f, err := explore.Replay(t.Context(), newRun(t), toy{wrong: sevenThenThree, opened: new(int)}, nil, commands)
		if err != nil || (f == nil) != (tt.got == "") || f != nil && f.Violation.Got != tt.got {
			t.Errorf("%q: %+v, %v", tt.text, f, err)
		}
	}
	_, err := explore.Replay(t.Context(), newRun(t), toy{wrong: honest, opened: new(int)}, nil, []explore.Command{explore.Of("add")})
	if err == nil {
		t.Error("a sequence that does not fit is played")
	}
}

func TestParseReadsWhatTextWrote(t *testing.T) {
	commands := []explore.Command{explore.Of("delete", "ids", "a,b", "confirmed", "true", "all", ""), explore.Of("list")}
	const text = "delete confirmed=true ids=a,b\nlist\n"
	if got := explore.Text(commands); got != text {
		t.Errorf("got %q", got)
	}
	read, err := explore.Parse("# a comment\n\n" + text)
	if diff := cmp.Diff(commands, read); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := explore.Parse("list\ndelete ids"); err == nil || !strings.Contains(err.Error(), `line 2: "ids"`) {
		t.Errorf("got %v", err)
	}
}

func TestCommandArguments(t *testing.T) {
	c := explore.Of("delete", "ids", "a,b", "n", "x")
	if diff := cmp.Diff([]string{"a", "b"}, c.List("ids")); diff != "" {
		t.Error(diff)
	}
	if c.Int("n", 4) != 4 || c.With("n", "2").Int("n", 4) != 2 || c.List("none") != nil {
		t.Errorf("%v", c)
	}
	if c.With("ids", "").String() != "delete n=x" || c.String() != "delete ids=a,b n=x" {
		t.Errorf("%v", c)
	}
}
