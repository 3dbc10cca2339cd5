package server

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/vmihailenco/msgpack/v5"
)

// TestSize compares with an encoder that is not ours, at and around every boundary of the format.
func TestSize(t *testing.T) {
	for _, n := range []int{0, 1, 15, 16, 31, 32, 255, 256, 65535, 65536} {
		compareSize(t, strings.Repeat("x", n), strings.Repeat("x", n))
		compareSize(t, make([]byte, n), make([]byte, n))
		compareSize(t, make([]any, n), make([]any, n))
		object := map[string]any{}
		for i := range n {
			object[fmt.Sprint(i)] = true
		}
		compareSize(t, object, object)
	}
	for _, i := range []int64{
		0, 127, 128, 255, 256, 65535, 65536, math.MaxUint32, math.MaxUint32 + 1,
		-1, -32, -33, -128, -129, -32768, -32769, math.MinInt32, math.MinInt32 - 1,
	} {
		compareSize(t, json.Number(fmt.Sprint(i)), i)
	}
	compareSize(t, json.Number("1.5"), 1.5)
	compareSize(t, json.Number("1e400"), math.Inf(1))
	compareSize(t, json.Number("1e3"), 1000)
	compareSize(t, nil, nil)
	compareSize(t, false, false)
}

func compareSize(t *testing.T, ours, theirs any) {
	t.Helper()
	var out strings.Builder
	encoder := msgpack.NewEncoder(&out)
	encoder.UseCompactInts(true)
	if err := encoder.Encode(theirs); err != nil {
		t.Fatal(err)
	}
	if got := size(ours); got != out.Len() {
		t.Errorf("size of %T %.20v is %d, want %d", ours, ours, got, out.Len())
	}
}
