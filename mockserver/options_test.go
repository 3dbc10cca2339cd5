package mockserver_test

import (
	"math"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

func TestNewRefusesOptionsThatMakeNoSense(t *testing.T) {
	for want, option := range map[string]mockserver.Option{
		"WithRateLimit(-3): give the calls per minute, or 0 for any number": mockserver.WithRateLimit(-3),
		"WithMaxWorlds(0): keep 1 to ":                                      mockserver.WithMaxWorlds(0),
		"WithMaxWorlds(-1): keep 1 to ":                                     mockserver.WithMaxWorlds(-1),
		"WithMaxBody(0): take 1 to ":                                        mockserver.WithMaxBody(0),
		"WithMaxBody(9223372036854775807): take 1 to ":                      mockserver.WithMaxBody(math.MaxInt64),
		"WithJournal({Entries:-5 Bytes:1}): keep 1 exchange":                mockserver.WithJournal(journal.Limits{Entries: -5, Bytes: 1}),
		"WithJournal({Entries:1 Bytes:0}): keep 1 exchange":                 mockserver.WithJournal(journal.Limits{Entries: 1}),
		"WithControl: MaxBody -1: give the bytes":                           mockserver.WithControl(control.Options{MaxBody: -1}),
		`WithAPIs: unknown API "nobody"`:                                    mockserver.WithAPIs("nobody"),
		`WithEgress("http://x"): give a host`:                               mockserver.WithEgress("http://x"),
		"WithObserver(nil): give a function":                                mockserver.WithObserver(nil),
		"WithLogger(nil): give a logger":                                    mockserver.WithLogger(nil),
		"makecom/delete/unknown-id":                                         mockserver.WithDialect(contract.Dialect{"makecom/delete/unknown-id": "perhaps"}),
	} {
		if _, err := mockserver.New(option); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
}

func TestNewRefusesAllThatIsWrongAtOnce(t *testing.T) {
	_, err := mockserver.New(mockserver.WithMaxWorlds(0), mockserver.WithMaxBody(0))
	if err == nil || !strings.Contains(err.Error(), "WithMaxWorlds") || !strings.Contains(err.Error(), "WithMaxBody") {
		t.Errorf("got error %v", err)
	}
}

func TestWorldsAreKeptInOnePlace(t *testing.T) {
	_, err := mockserver.New(mockserver.WithData(t.TempDir()), mockserver.WithLog(struct{ world.Log }{}))
	if err == nil || !strings.Contains(err.Error(), "kept in one place") {
		t.Errorf("got error %v", err)
	}
}
