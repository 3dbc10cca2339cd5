package world

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// numbered is a command that tests tell apart.
type numbered struct {
	N       int
	Padding string
}

// Kind implements Command.
func (numbered) Kind() string { return "test/numbered" }

func readsNumbered() *Registry {
	return &Registry{kinds: func() map[string]reflect.Type {
		return map[string]reflect.Type{numbered{}.Kind(): reflect.TypeFor[numbered]()}
	}}
}

// Records are applied in their order, however many there are; of one that cannot be read the error is, and all before it are applied.
func TestRecordsAreDecodedAhead(t *testing.T) {
	const n = 400
	texts := make([][]byte, n)
	for i := range texts {
		var err error
		if texts[i], err = json.Marshal(Record{Command: numbered{i, strings.Repeat("x", 4000)}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, broken := range []int{-1, 0, 20, 40, 100, n - 1} { // decoded where it is read, in the first chunk, in the last
		var applied []int
		records := ahead{registry: readsNumbered(), apply: func(r Record) error {
			applied = append(applied, r.Command.(numbered).N) //nolint:forcetypeassert,errcheck // there is no other
			return nil
		}}
		buffer := make([]byte, len(texts[n-1])+100) // what a log shows is another one's afterwards
		err := error(nil)
		for i, text := range texts {
			if i == broken {
				text = []byte(`{"kind":"test/none","command":{}}`)
			}
			if err = records.text(buffer[:copy(buffer, text)]); err != nil {
				break
			}
		}
		if err == nil {
			err = records.end()
		}
		want := n
		if broken >= 0 {
			want = broken
		}
		if (err != nil) != (broken >= 0) || len(applied) != want {
			t.Errorf("record %d is broken: %d applied, %v", broken, len(applied), err)
		}
		for i, got := range applied {
			if got != i {
				t.Fatalf("record %d is broken: %d came as number %d", broken, got, i)
			}
		}
	}
}

// A record that is read in two steps is the record that json reads in one.
func TestRecordForms(t *testing.T) {
	ours, err := json.Marshal(Record{At: time.Unix(1, 0).UTC(), Resets: 2, Requests: 3, Command: numbered{4, `,"command":{`}})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		string(ours), `{"command":{"N":1},"kind":"test/numbered"}`, `{ "kind":"test/numbered", "command": {"N":1} }`, `{"kind":"a","command":{}`, `{"kind":1,"command":{}}`, ``, `null`,
	} {
		var want recordForm
		wrong := json.Unmarshal([]byte(text), &want)
		got, err := readForm([]byte(text))
		if (err != nil) != (wrong != nil) && json.Valid(got.Command) {
			t.Errorf("%s: %v, want %v", text, err, wrong)
		}
		if diff := cmp.Diff(want, got); wrong == nil && diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}
