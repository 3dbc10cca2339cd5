package binding_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/oapi-codegen/runtime"
	"pgregory.net/rapid"

	"github.com/understudy-mock/understudy/internal/binding"
)

type (
	word string
	size int
)

// texts are what clients send: numbers, nearly numbers, anything.
func texts() *rapid.Generator[[]string] {
	one := rapid.OneOf(
		rapid.Map(rapid.Int64(), func(n int64) string { return url.QueryEscape(string(rune('0' + n%10))) }),
		rapid.SampledFrom([]string{
			"", "0", "-1", "+5", "007", "1_000", "0x10", "1e3", " 1", "1 ", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "true", "null", "１",
		}),
		rapid.StringMatching(`[-+]?[0-9]{1,25}`),
		rapid.String(),
	)
	return rapid.SliceOfN(one, 0, 3)
}

// What is bound here is what the runtime of oapi-codegen binds. What is not bound here is left to it.
func TestBindsWhatTheRuntimeBinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := texts().Draw(t, "values")
		query := url.Values{}
		if values != nil {
			query["p"] = values
		}
		same(t, query, true, "string", func(to *word) bool { return binding.Text(values, to) })
		same(t, query, false, "string", func(to **word) bool { return binding.OptionalText(values, to) })
		same(t, query, true, "integer", func(to *size) bool { return binding.Integer(values, to) })
		same(t, query, false, "integer", func(to **size) bool { return binding.OptionalInteger(values, to) })
		for _, value := range values {
			samePath(t, value, "string", func(to *word) bool { return binding.PathText(value, to) })
			samePath(t, value, "integer", func(to *size) bool { return binding.PathInteger(value, to) })
		}
	})
}

func same[T any](t *rapid.T, query url.Values, required bool, kind string, bind func(*T) bool) {
	var got, want T
	if !bind(&got) {
		return
	}
	err := runtime.BindQueryParameterWithOptions("form", true, required, "p", query, &want, runtime.BindQueryParameterOptions{Type: kind})
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("%v as %T: %v (-runtime +binding):\n%s", query, got, err, diff)
	}
}

func samePath[T any](t *rapid.T, value, kind string, bind func(*T) bool) {
	var got, want T
	if !bind(&got) {
		return
	}
	err := runtime.BindStyledParameterWithOptions("simple", "p", value, &want, runtime.BindStyledParameterOptions{
		ParamLocation: runtime.ParamLocationPath, Required: true, Type: kind, ValueIsUnescaped: true,
	})
	if err != nil || cmp.Diff(want, got) != "" {
		t.Fatalf("%q as %T: got %v, the runtime %v (%v)", value, got, got, want, err)
	}
}

// A binding that took nothing would pass the test above.
func TestBindsTheUsual(t *testing.T) {
	var text *word
	var number *size
	var id size
	if !binding.OptionalText([]string{"asc"}, &text) || !binding.OptionalInteger([]string{"50"}, &number) || !binding.PathInteger("654", &id) {
		t.Fatal("one was not bound")
	}
	if *text != "asc" || *number != 50 || id != 654 {
		t.Errorf("got %v, %v, %v", *text, *number, id)
	}
}
