package dialect_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/dialect"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
)

func vary(t *testing.T, seed uint64, body string) (text string, value any) {
	t.Helper()
	text = string(dialect.Vary([]byte(body), formed, rand.New(rand.NewPCG(seed, 0))))
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("seed %d: %v in %s", seed, err, text)
	}
	return text, without(value)
}

// formed reports whether an API gives a member its form.
func formed(member string) bool {
	return slices.ContainsFunc(mockserver.APIs(), func(api *mockapi.API) bool { return api.Formed(member) })
}

// without drops what Vary adds.
func without(value any) any {
	switch v := value.(type) {
	case map[string]any:
		delete(v, dialect.Addition)
		for name := range v {
			v[name] = without(v[name])
		}
	case []any:
		for i := range v {
			v[i] = without(v[i])
		}
	}
	return value
}

// However an answer is written, what is promised of it stays.
func TestVaryKeepsWhatIsPromised(t *testing.T) {
	for _, body := range []string{
		`{"incomings":[{"id":"a","size":1},{"id":"b","size":2}],"pg":{"limit":1,"offset":0}}`,
		`{"incoming":{"id":"a","data":{"z":1,"addedNever":[3,2,1],"status":{"b":1,"a":2},"n":1.50}}}`,
		`{"status":{"code":"OK","message":""},"data":{"number":"7","request":{"b":1,"a":2}}}`,
	} {
		var want any
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatal(err)
		}
		texts := map[string]bool{}
		for seed := range uint64(50) {
			text, got := vary(t, seed, body)
			texts[text] = true
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("seed %d (-honest +varied):\n%s", seed, diff)
			}
			if again, _ := vary(t, seed, body); again != text {
				t.Errorf("seed %d: another text the second time", seed)
			}
		}
		if len(texts) < 10 {
			t.Errorf("%s is written in %d ways only", body, len(texts))
		}
	}
}

// What a client delivered keeps its bytes.
func TestVaryLeavesDeliveriesAlone(t *testing.T) {
	const data = `{"z":1.50,"a":{"d":1,"c":2}}`
	for seed := range uint64(50) {
		text, _ := vary(t, seed, `{"incoming":{"data":`+data+`}}`)
		if squeezed := strings.NewReplacer("\n", "", "\t", "", " ", "").Replace(text); !strings.Contains(squeezed, data) {
			t.Errorf("seed %d: %s", seed, text)
		}
	}
}

func TestVaryShufflesDeletedIDs(t *testing.T) {
	orders := map[string]bool{}
	for seed := range uint64(50) {
		_, value := vary(t, seed, `{"incomings":["a","b","c"]}`)
		object, ok := value.(map[string]any)
		if !ok {
			t.Fatalf("got %v", value)
		}
		var ids []string
		list, ok := object["incomings"].([]any)
		if !ok {
			t.Fatalf("got %v", value)
		}
		for _, id := range list {
			s, _ := id.(string)
			ids = append(ids, s)
		}
		orders[strings.Join(ids, "")] = true
		if slices.Sort(ids); !slices.Equal(ids, []string{"a", "b", "c"}) {
			t.Errorf("seed %d: %q", seed, ids)
		}
	}
	if len(orders) != 6 {
		t.Errorf("%d of 6 orders", len(orders))
	}
}

func TestVaryLeavesTextAlone(t *testing.T) {
	for _, body := range []string{"Accepted", "", "[1]", "{"} {
		if got := string(dialect.Vary([]byte(body), formed, rand.New(rand.NewPCG(1, 0)))); got != body {
			t.Errorf("%q becomes %q", body, got)
		}
	}
}
