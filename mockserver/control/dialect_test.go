package control_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/dialect"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// inForce is what GET …/dialect shows of a dialect.
func inForce(d contract.Dialect) object {
	all := object{}
	for _, a := range openapi.APIs() {
		for _, q := range a.Questions {
			all[q.ID] = d.Answer(q)
		}
	}
	return all
}

func TestDialectByName(t *testing.T) {
	m := start(t)
	const path, question = "/worlds/demo/dialect", "makecom/delete/unknown-id"
	hostile := dialect.Hostile(7)
	m.control(http.MethodPut, path, object{"name": "hostile", "seed": 7}).is(http.StatusOK, inForce(hostile))
	mended := maps.Clone(hostile)
	mended[question] = "omitted"
	m.control(http.MethodPut, path, object{"name": "hostile", "seed": 7, question: "omitted"}).is(http.StatusOK, inForce(mended))
	m.control(http.MethodPut, path, object{"name": "default"}).is(http.StatusOK, inForce(nil))
	m.control(http.MethodPut, path, object{"name": "default", question: "echoed"}).is(http.StatusOK, inForce(contract.Dialect{question: "echoed"}))
	unknown := m.control(http.MethodPut, path, object{"name": "friendly"}).refused(http.StatusBadRequest, "bad-body", "name")
	for _, name := range []string{"default", "hostile"} {
		if !strings.Contains(unknown.Message, name) {
			t.Errorf("%q does not name %s", unknown.Message, name)
		}
	}
	m.control(http.MethodPut, path, object{"seed": 7}).refused(http.StatusBadRequest, "bad-value", "seed")
	m.control(http.MethodPut, path, object{"name": "hostile", question: "perhaps"}).refused(http.StatusBadRequest, "bad-value", question)
	m.control(http.MethodGet, path, nil).is(http.StatusOK, inForce(contract.Dialect{question: "echoed"}))
}

// variants is in how many ways a world writes the same answer.
func (m mock) variants(world string) int {
	m.t.Helper()
	texts := map[string]bool{}
	for range 20 {
		texts[string(m.make(world, http.MethodGet, "/hooks/654/incomings/stats", nil).text)] = true
	}
	return len(texts)
}

func TestVariationsBelongToTheirWorld(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/odd/dialect", object{"name": "hostile"}).object()
	if odd, even := m.variants("odd"), m.variants("even"); odd < 3 || even != 1 {
		t.Errorf("written in %d and %d ways", odd, even)
	}
	m.control(http.MethodPost, "/worlds/odd/fork", object{"as": "odd-too"}).object()
	m.control(http.MethodPut, "/worlds/copied", string(m.control(http.MethodGet, "/worlds/odd", nil).text)).object()
	m.control(http.MethodPut, "/worlds/odd/dialect", object{"makecom/delete/unknown-id": "echoed"}).object()
	if odd, forked, copied := m.variants("odd"), m.variants("odd-too"), m.variants("copied"); odd != 1 || forked < 3 || copied < 3 {
		t.Errorf("written in %d ways, by its fork in %d, by its copy in %d", odd, forked, copied)
	}
	m.control(http.MethodPost, "/worlds/odd/reset", nil).object()
	if odd := m.variants("odd"); odd != 1 {
		t.Errorf("after the reset it is written in %d ways", odd)
	}
}

// A seed gives the same dialect and the same texts.
func TestHostileWorldFollowsFromItsSeed(t *testing.T) {
	text := func(seed int) string {
		m := start(t)
		m.control(http.MethodPut, "/worlds/odd/dialect", object{"name": "hostile", "seed": seed}).object()
		var all strings.Builder
		for range 10 {
			all.Write(m.make("odd", http.MethodGet, "/hooks/654/incomings", nil).text)
		}
		return all.String()
	}
	first := text(7)
	if diff := cmp.Diff(first, text(7)); diff != "" {
		t.Errorf("the second time (-first +second):\n%s", diff)
	}
	if first == text(8) {
		t.Error("another seed writes the same")
	}
}

// What the server was told holds for every world until the world is told otherwise.
func TestVariationsOfTheServer(t *testing.T) {
	m := start(t, mockserver.WithVariations(7))
	m.control(http.MethodPut, "/worlds/even/dialect", object{"name": "default"}).object()
	if odd, even := m.variants("odd"), m.variants("even"); odd < 3 || even != 1 {
		t.Errorf("written in %d and %d ways", odd, even)
	}
}
