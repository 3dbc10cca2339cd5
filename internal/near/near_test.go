package near_test

import (
	"slices"
	"testing"

	"github.com/understudy-mock/understudy/internal/near"
)

func TestNames(t *testing.T) {
	known := []string{"listHookIncomings", "deleteHookIncomings", "getHookIncoming", "ingest"}
	for given, want := range map[string][]string{
		"deleteIncomings":     {"deleteHookIncomings"},
		"listhookincomings":   {"listHookIncomings"},
		"injest":              {"ingest"},
		"getHookIncomings":    {"getHookIncoming", "listHookIncomings", "deleteHookIncomings"},
		"somethingElseWholly": nil,
		"":                    nil,
	} {
		if got := near.Names(given, known); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

func TestRemedy(t *testing.T) {
	if got, want := near.Remedy("opraton", []string{"operation", "method"}), `take "operation"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := near.Remedy("x", []string{"operation", "method"}), `take "operation" or "method"`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
