package suite

import "testing"

func TestWantExactly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ want, got, violation string }{
		"other order, other spelling": {`{"a":1.50,"b":[1e2]}`, `{"b":[100],"a":1.5}`, ""},
		"one above 2^53":              {`{"n":9007199254740993}`, `{"n":9007199254740992}`, "want data.n 9007199254740993, got data.n 9007199254740992"},
		"null dropped":                {`{"a":{"b":null}}`, `{"a":{}}`, "want data.a.b null, got data.a.b nothing"},
		"one more":                    {`{}`, `{"a":1}`, "want data.a nothing, got data.a 1"},
		"object for a list":           {`{"a":[]}`, `{"a":{}}`, "want data.a [], got data.a {}"},
		"list cut":                    {`[1,2]`, `[1]`, "want data [1,2], got data [1]"},
		"text for a number":           {`[1]`, `["1"]`, `want data[0] 1, got data[0] "1"`},
		"list for a text":             {`["a"]`, `[[]]`, `want data[0] "a", got data[0] []`},
		"too large to be computed":    {`[1e999999999]`, `[1e999999999]`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, err1 := Exact([]byte(c.want))
			got, err2 := Exact([]byte(c.got))
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			text := ""
			if err := (*Exchange)(nil).WantExactly("data", want, got); err != nil {
				text = err.Error()
			}
			if text != c.violation {
				t.Errorf("got %s", text)
			}
		})
	}
}
