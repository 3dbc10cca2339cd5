package payload

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSizeIsTheMessagePackLength(t *testing.T) {
	document := "{\n    \"name\": \"test\"\n}"
	for _, c := range []struct {
		name string
		in   Object
		size int
	}{
		{"empty object", Object{}, 1},
		{"a name", Object{{"name", "test"}}, 11},
		{"22 bytes", Object{{"value", []byte(document)}}, 31},
		{"small integers are one byte", Object{{"a", int64(127)}, {"b", int64(-32)}}, 7},
		{"integers grow as they must", Object{{"a", int64(128)}, {"b", int64(65536)}}, 1 + 2 + 2 + 2 + 5},
		{"other numbers are float64", Object{{"a", 1.5}}, 1 + 2 + 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Encode(c.in)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != c.size {
				t.Errorf("%d bytes, want %d", len(got), c.size)
			}
		})
	}
}

func TestBufferShowsLengthHashAndHex(t *testing.T) {
	got := Buffer([]byte("{\n    \"name\": \"test\"\n}"))
	want := "IMTBuffer(22, binary, d4cf3d1cbf035278e7a1a909e71354d7a0387db9): 7b0a20202020226e616d65223a202274657374220a7d"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Delivery
		opts Options
		want string
	}{
		{"json keeps its order", Delivery{ContentType: "application/json", Body: []byte(`{"b":1,"a":[true,null,2.5],"c":3}`)}, Options{}, `{"b":1,"a":[true,null,2.5],"c":3}`},
		{"form", Delivery{ContentType: "application/x-www-form-urlencoded", Body: []byte("a=1&b=x+y&a=2")}, Options{}, `{"a":["1","2"],"b":"x y"}`},
		{"query wins", Delivery{ContentType: "application/json; charset=utf-8", Body: []byte(`{"a":1,"b":2}`), Query: "a=q&c=%C3%A9"}, Options{}, `{"a":"q","b":2,"c":"é"}`},
		{"query alone", Delivery{Query: "a=1&a=2&a=3"}, Options{}, `{"a":["1","2","3"]}`},
		{"what is no UTF-8 is replaced", Delivery{ContentType: "text/plain", Body: []byte("a\xff\xfe"), Query: "q=%ff"}, Options{ReplaceInvalid: true}, "{\"value\":\"a\ufffd\ufffd\",\"q\":\"\ufffd\"}"},
		{"text", Delivery{ContentType: "text/plain", Body: []byte("hi \"you\"")}, Options{}, `{"value":"hi \"you\""}`},
		{"any other type is bytes", Delivery{ContentType: "image/png", Body: []byte{1, 2}}, Options{}, `{"value":"IMTBuffer(2, binary, 0ca623e2855f2c75c842ad302fe820e41b4d197d): 0102"}`},
		{"no type is bytes", Delivery{Body: []byte{1, 2}}, Options{}, `{"value":"IMTBuffer(2, binary, 0ca623e2855f2c75c842ad302fe820e41b4d197d): 0102"}`},
		{"no object is wrapped", Delivery{ContentType: "application/json", Body: []byte(`[1]`)}, Options{}, `{"value":[1]}`},
		{"broken json as text", Delivery{ContentType: "application/json", Body: []byte(`{`)}, Options{BrokenAsText: true}, `{"value":"{"}`},
		{
			"method and headers",
			Delivery{Method: "PUT", Headers: []Header{{"b", "2"}, {"a", "1"}}},
			Options{KeepMethod: true, KeepHeaders: true},
			`{"__IMTMETHOD__":"PUT","__IMTHEADERS__":[{"name":"a","value":"1"},{"name":"b","value":"2"}]}`,
		},
		{"multipart", Delivery{ContentType: "multipart/form-data; boundary=B", Body: []byte("--B\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nv\r\n--B--\r\n")}, Options{}, `{"f":"v"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			object, err := Parse(c.in, c.opts)
			if err != nil {
				t.Fatal(err)
			}
			data, err := Encode(object)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(AppendJSON(nil, again)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in   Delivery
		opts Options
	}{
		"broken json":      {Delivery{ContentType: "application/json", Body: []byte(`{"a":`)}, Options{}},
		"two json values":  {Delivery{ContentType: "application/json", Body: []byte(`{} {}`)}, Options{}},
		"no object":        {Delivery{ContentType: "application/json", Body: []byte(`1`)}, Options{RefuseNonObject: true}},
		"broken multipart": {Delivery{ContentType: "multipart/form-data; boundary=B", Body: []byte("--B\r\nx")}, Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			if object, err := Parse(c.in, c.opts); err == nil {
				t.Errorf("accepted as %v", object)
			}
		})
	}
}

func TestExportReadsBack(t *testing.T) {
	in := Object{
		{"bytes", []byte{0, 255}},
		{"nested", Object{{"list", []any{[]byte("x"), int64(-1), nil}}}},
		{"like bytes", []any{Object{{"$base64", int64(7)}}, Object{{"$base64", "eA=="}}, Object{{"$$base64", []byte("x")}}, Object{{"base64", "x"}}}},
	}
	text := AppendExport(nil, in)
	out, err := FromExport(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Errorf("after %s (-in +out):\n%s", text, diff)
	}
	if _, err := FromExport([]byte(`{"$base64":7}`)); err == nil {
		t.Error("a number was taken for base64")
	}
}

// A body of many members is read in a moment; with a look at all of them for each new one it took minutes.
func TestParseManyMembers(t *testing.T) {
	var body strings.Builder
	const many = 100_000
	for i := range many {
		fmt.Fprintf(&body, "%x=1&", i)
	}
	object, err := Parse(Delivery{ContentType: "application/x-www-form-urlencoded", Body: []byte(body.String()), Query: "ff=2&ff=3&new=1"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(object) != many+1 {
		t.Errorf("%d members, want %d", len(object), many+1)
	}
	if diff := cmp.Diff(Member{"ff", []any{"2", "3"}}, object[0xff]); diff != "" {
		t.Errorf("the query's member (-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("application/json", []byte(`{"a":[1,2.5,"x",null,true]}`), "a=1&b=2")
	f.Add("application/x-www-form-urlencoded", []byte("a=%zz&&=&a"), "")
	f.Add("multipart/form-data; boundary=B", []byte("--B\r\n\r\n\r\n--B--"), "a")
	f.Fuzz(func(t *testing.T, contentType string, body []byte, query string) {
		object, err := Parse(Delivery{ContentType: contentType, Body: body, Query: query}, Options{})
		if err != nil {
			return
		}
		data, err := Encode(object)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		export := AppendExport(nil, again)
		if diff := cmp.Diff(AppendExport(nil, object), export); diff != "" {
			t.Error(diff)
		}
		imported, err := FromExport(export)
		if err != nil {
			t.Fatalf("%s: %v", export, err)
		}
		if diff := cmp.Diff(export, AppendExport(nil, imported)); diff != "" {
			t.Error(diff)
		}
		if size, err := Encode(imported); err != nil || len(size) != len(data) {
			t.Errorf("%s: %d bytes after export, %d before, %v", export, len(size), len(data), err)
		}
	})
}
