package payload

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// gzipped, zlibbed and deflated are a text compressed.
func gzipped(text string) []byte {
	return packed(text, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
}

func zlibbed(text string) []byte {
	return packed(text, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
}

func deflated(text string) []byte {
	return packed(text, func(w io.Writer) io.WriteCloser {
		writer, _ := flate.NewWriter(w, flate.BestSpeed) // the level is right
		return writer
	})
}

func packed(text string, by func(io.Writer) io.WriteCloser) []byte {
	var b bytes.Buffer
	w := by(&b)
	_, _ = io.WriteString(w, text) // neither fails on a buffer
	_ = w.Close()
	return b.Bytes()
}

// part is a multipart/form-data body with the boundary B and one part.
func part(head, content string) []byte {
	return []byte("--B\r\n" + head + "\r\n\r\n" + content + "\r\n--B--\r\n")
}

const formField = "Content-Disposition: form-data; name=\"f\""

func TestKeptAsSent(t *testing.T) {
	multipartType := "multipart/form-data; boundary=B"
	for _, c := range []struct {
		name string
		in   Delivery
		want string
	}{
		{"a parameter without a value", Delivery{ContentType: "application/json; charset", Body: []byte(`{"a":1}`)}, `{"a":1}`},
		{"a parameter with an empty value", Delivery{ContentType: "application/json; charset=", Body: []byte(`{"a":1}`)}, `{"a":1}`},
		{"a parameter without a name", Delivery{ContentType: "application/json; =utf-8", Body: []byte(`{"a":1}`)}, `{"a":1}`},
		{"an open quote", Delivery{ContentType: `application/json; charset="utf-8`, Body: []byte(`{"a":1}`)}, `{"a":1}`},
		{"a comma for a semicolon", Delivery{ContentType: "application/json charset=utf-8", Body: []byte(`{"a":1}`)}, `{"a":1}`},
		{"semicolons", Delivery{ContentType: "application/json;;", Body: []byte(`{"a":1}`)}, `{"a":1}`},
		{"capitals", Delivery{ContentType: " Application/JSON", Body: []byte(`{"a":1}`)}, `{"a":1}`},
		{"a parameter twice", Delivery{ContentType: "application/json; charset=utf-8; charset=UTF-8", Body: []byte(`{"a":1}`)}, `{"a":1}`},
		{"a media type twice", Delivery{ContentType: "application/json, application/json", Body: []byte(`{"a":1}`)}, `{"a":1}`},
		{"a suffix and a broken parameter", Delivery{ContentType: "application/cloudevents+json; q", Body: []byte(`{"a":1}`)}, `{"a":1}`},
		{"a form with a broken parameter", Delivery{ContentType: formType + "; a b", Body: []byte("a=1")}, `{"a":"1"}`},
		{"text with a broken parameter", Delivery{ContentType: "text/plain; format=flowed; charset", Body: []byte("x")}, `{"value":"x"}`},
		{"a charset beside a broken parameter", Delivery{ContentType: "text/plain; charset=windows-1252; foo", Body: []byte("caf\xe9")}, `{"value":"café"}`},
		{"windows-1252 JSON", Delivery{ContentType: "application/json; charset=windows-1252", Body: []byte("{\"a\":\"\x80\"}")}, `{"a":"€"}`},
		{"latin-1 form, escaped", Delivery{ContentType: formType + "; charset=iso-8859-1", Body: []byte("caf%E9=%FC+x")}, `{"café":"ü x"}`},
		{"latin-1 form, raw", Delivery{ContentType: formType + "; charset=latin1", Body: []byte("a=\xfc")}, `{"a":"ü"}`},
		{"a form's charset is not the query's", Delivery{ContentType: formType + "; charset=iso-8859-1", Body: []byte("a=%FC"), Query: "b=%C3%BC"}, `{"a":"ü","b":"ü"}`},
		{"shift_jis", Delivery{ContentType: "text/plain; charset=shift_jis", Body: []byte("\x93\xfa\x96\x7b")}, `{"value":"日本"}`},
		{"gb18030", Delivery{ContentType: "text/plain; charset=gb18030", Body: []byte("\xd6\xd0\xce\xc4")}, `{"value":"中文"}`},
		{"koi8-r", Delivery{ContentType: "text/plain; charset=KOI8-R", Body: []byte("\xc4\xc1")}, `{"value":"да"}`},
		{"utf-16le", Delivery{ContentType: "application/json; charset=utf-16le", Body: []byte("{\x00\"\x00a\x00\"\x00:\x001\x00}\x00")}, `{"a":1}`},
		{"utf-16 with its mark", Delivery{ContentType: "application/json; charset=utf-16", Body: []byte("\xfe\xff\x00{\x00}")}, `{}`},
		{"utf-16, U+FFFD meant", Delivery{ContentType: "text/plain; charset=utf-16", Body: []byte("\xff\xfe\xfd\xff")}, "{\"value\":\"\ufffd\"}"},
		{"utf-32be", Delivery{ContentType: "text/plain; charset=utf-32be", Body: []byte("\x00\x00\x00a")}, `{"value":"a"}`},
		{"EBCDIC", Delivery{ContentType: "text/plain; charset=IBM037", Body: []byte("\x81\x82")}, `{"value":"ab"}`},
		{"us-ascii", Delivery{ContentType: "text/plain; charset=us-ascii", Body: []byte("ab")}, `{"value":"ab"}`},
		{"the charset of bytes", Delivery{ContentType: "text/csv; charset=nonsense", Body: []byte{0xff}}, `{"value":"` + Buffer([]byte{0xff}) + `"}`},
		{"gzip", Delivery{ContentType: jsonType, ContentEncoding: "gzip", Body: gzipped(`{"a":1}`)}, `{"a":1}`},
		{"x-gzip, a form", Delivery{ContentType: formType, ContentEncoding: "X-GZIP", Body: gzipped("a=1&a=2")}, `{"a":["1","2"]}`},
		{"two members of gzip", Delivery{ContentType: "text/plain", ContentEncoding: "gzip", Body: append(gzipped("a"), gzipped("b")...)}, `{"value":"ab"}`},
		{"deflate with the header of zlib", Delivery{ContentType: jsonType, ContentEncoding: "deflate", Body: zlibbed(`{"a":1}`)}, `{"a":1}`},
		{"deflate without", Delivery{ContentType: jsonType, ContentEncoding: "deflate", Body: deflated(`{"a":1}`)}, `{"a":1}`},
		{"gzip of deflate", Delivery{ContentType: jsonType, ContentEncoding: "deflate, gzip", Body: gzipped(string(zlibbed(`{"a":1}`)))}, `{"a":1}`},
		{"identity", Delivery{ContentType: jsonType, ContentEncoding: "identity", Body: []byte(`{"a":1}`)}, `{"a":1}`},
		{"gzip of bytes", Delivery{ContentType: "image/png", ContentEncoding: "gzip", Body: gzipped("\x01\x02")}, `{"value":"` + Buffer([]byte{1, 2}) + `"}`},
		{"gzip of nothing", Delivery{ContentType: jsonType, ContentEncoding: "gzip", Body: gzipped("")}, `{}`},
		{"gzip in latin-1", Delivery{ContentType: "text/plain; charset=latin1", ContentEncoding: "gzip", Body: gzipped("\xe9")}, `{"value":"é"}`},
		{"a byte order mark", Delivery{ContentType: jsonType, Body: []byte("\xef\xbb\xbf{\"a\":1}")}, `{"a":1}`},
		{"a byte order mark in text", Delivery{ContentType: "text/plain", Body: []byte("\xef\xbb\xbfx")}, "{\"value\":\"\ufeffx\"}"},
		{"numbers in their digits", Delivery{ContentType: jsonType, Body: []byte(`{"a":[1.0,1e400,-0,0.10,9007199254740993,123456789012345678901234567890,1E2,5e-324,18446744073709551616]}`)}, `{"a":[1.0,1e400,-0,0.10,9007199254740993,123456789012345678901234567890,1E2,5e-324,18446744073709551616]}`},
		{"members in their order", Delivery{ContentType: jsonType, Body: []byte(`{"z":1,"a":{"y":2,"b":3}}`)}, `{"z":1,"a":{"y":2,"b":3}}`},
		{"an escaped pair", Delivery{ContentType: jsonType, Body: []byte(`{"a":"\ud83d\ude00\\ud800"}`)}, `{"a":"😀\\ud800"}`},
		{"U+FFFD meant", Delivery{ContentType: jsonType, Body: []byte(`{"a":"\ufffd"}`)}, "{\"a\":\"\ufffd\"}"},
		{"no field", Delivery{ContentType: multipartType, Body: []byte("--B--\r\n")}, `{}`},
		{"a quoted boundary", Delivery{ContentType: `multipart/form-data; boundary="a b:c"`, Body: []byte("--a b:c\r\n" + formField + "\r\n\r\nv\r\n--a b:c--")}, `{"f":"v"}`},
		{"a boundary that lacks its quotes", Delivery{ContentType: `multipart/form-data; boundary==_Part:1`, Body: []byte("--=_Part:1\r\n" + formField + "\r\n\r\nv\r\n--=_Part:1--")}, `{"f":"v"}`},
		{"a field in latin-1", Delivery{ContentType: multipartType, Body: part(formField+"\r\nContent-Type: text/plain; charset=latin1", "\xe9")}, `{"f":"é"}`},
		{"a field in base64", Delivery{ContentType: multipartType, Body: part(formField+"\r\nContent-Transfer-Encoding: base64", "aGk=")}, `{"f":"hi"}`},
		{"a field, quoted-printable", Delivery{ContentType: multipartType, Body: part(formField+"\r\nContent-Transfer-Encoding: quoted-printable", "a=3Db")}, `{"f":"a=b"}`},
		{"a file and its folder", Delivery{ContentType: multipartType, Body: part(formField+"; filename=\"d/e.txt\"", "x")}, `{"f":{"name":"d/e.txt","mime":"","data":"` + Buffer([]byte("x")) + `"}}`},
		{"no file chosen", Delivery{ContentType: multipartType, Body: part(formField+"; filename=\"\"\r\nContent-Type: application/octet-stream", "")}, `{"f":{"name":"","mime":"application/octet-stream","data":"` + Buffer(nil) + `"}}`},
		{"a boundary within a line", Delivery{ContentType: multipartType, Body: part(formField, "x--B--\r\n-- B\r\ny")}, `{"f":"x--B--\r\n-- B\r\ny"}`},
		{"white space around", Delivery{ContentType: multipartType, Body: slices.Concat([]byte("\r\n"), part(formField, "v"), []byte("\r\n"))}, `{"f":"v"}`},
		{"no media type", Delivery{ContentType: "json", Body: []byte("{}")}, `{"value":"` + Buffer([]byte("{}")) + `"}`},
		{"a semicolon in a query", Delivery{Query: "a=1;b=2"}, `{"a":"1;b=2"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			object, err := Parse(c.in, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := string(AppendJSON(nil, stored(t, object))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// stored is an object after its time in the queue.
func stored(t *testing.T, o Object) Object {
	t.Helper()
	data, err := Encode(o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func TestRefusedWithTheCause(t *testing.T) {
	multipartType := "multipart/form-data; boundary=B"
	for _, c := range []struct {
		name        string
		in          Delivery
		opts        Options
		unsupported bool
		cause       string
	}{
		{"an unknown charset", Delivery{ContentType: "application/json; charset=klingon", Body: []byte("{}")}, Options{}, true, `charset "klingon"`},
		{"utf-7", Delivery{ContentType: "text/plain; charset=utf-7", Body: []byte("a")}, Options{}, true, `"utf-7"`},
		{"a charset that hides text", Delivery{ContentType: "text/plain; charset=hz-gb-2312", Body: []byte("a")}, Options{}, true, "hz-gb-2312"},
		{"two charsets", Delivery{ContentType: "application/json; charset=utf-8; charset=latin1", Body: []byte("{}")}, Options{}, false, "charset twice"},
		{"two media types", Delivery{ContentType: "application/json, text/plain", Body: []byte("{}")}, Options{}, false, "more than one media type"},
		{"another charset, not taken", Delivery{ContentType: "text/plain; charset=latin1", Body: []byte("a")}, Options{RefuseCharset: true}, true, `"latin1" is not taken`},
		{"utf-16, not taken", Delivery{ContentType: "text/plain; charset=utf-16", Body: []byte("\xfe\xff\x00a")}, Options{RefuseCharset: true}, true, `"utf-16" is not taken`},
		{"no UTF-8 in text", Delivery{ContentType: "text/plain", Body: []byte("a\xff")}, Options{}, false, "no UTF-8"},
		{"no UTF-8 in JSON", Delivery{ContentType: jsonType, Body: []byte("{\"a\":\"\xff\"}")}, Options{}, false, "no UTF-8"},
		{"no UTF-8 in a form", Delivery{ContentType: formType, Body: []byte("a=%ff")}, Options{}, false, "form holds bytes that are no UTF-8"},
		{"no UTF-8 in the query", Delivery{Query: "%ff=a"}, Options{}, false, "query holds bytes that are no UTF-8"},
		{"no ASCII", Delivery{ContentType: "text/plain; charset=us-ascii", Body: []byte("é")}, Options{}, false, "no us-ascii"},
		{"no windows-1253", Delivery{ContentType: "text/plain; charset=windows-1253", Body: []byte("\xaa")}, Options{}, false, "no windows-1253"},
		{"half a character of utf-16", Delivery{ContentType: "text/plain; charset=utf-16le", Body: []byte("a\x00b")}, Options{}, false, "no utf-16le"},
		{"half a pair of utf-16", Delivery{ContentType: "text/plain; charset=utf-16be", Body: []byte("\xd8\x00\x00a")}, Options{}, false, "no utf-16be"},
		{"utf-16 in no order", Delivery{ContentType: "text/plain; charset=utf-16", Body: []byte("\x00a")}, Options{}, false, "order of bytes"},
		{"a form in utf-16", Delivery{ContentType: formType + "; charset=utf-16le", Body: []byte("a\x00=\x00b\x00")}, Options{}, true, "form cannot be read in the charset"},
		{"JSON in utf-16, undeclared", Delivery{ContentType: jsonType, Body: []byte("\xff\xfe{\x00}\x00")}, Options{}, false, "byte order mark of UTF-16"},
		{"a byte order mark", Delivery{ContentType: jsonType, Body: []byte("\xef\xbb\xbf{}")}, Options{RefuseBOM: true}, false, "byte order mark"},
		{"two byte order marks", Delivery{ContentType: jsonType, Body: []byte("\xef\xbb\xbf\xef\xbb\xbf{}")}, Options{}, false, "not JSON"},
		{"brotli", Delivery{ContentType: jsonType, ContentEncoding: "br", Body: []byte("x")}, Options{}, true, `Content-Encoding "br"`},
		{"zstd of gzip", Delivery{ContentType: jsonType, ContentEncoding: "gzip, zstd", Body: []byte("x")}, Options{}, true, `"zstd"`},
		{"an encoding that is none", Delivery{ContentType: "image/png", ContentEncoding: "utf-8", Body: []byte("x")}, Options{}, true, `"utf-8"`},
		{"too many encodings", Delivery{ContentType: jsonType, ContentEncoding: "gzip,gzip,gzip,gzip", Body: []byte("x")}, Options{}, true, "4 Content-Encodings"},
		{"compressed, not taken", Delivery{ContentType: jsonType, ContentEncoding: "gzip", Body: gzipped("{}")}, Options{RefuseEncoded: true}, true, `"gzip"`},
		{"no gzip", Delivery{ContentType: jsonType, ContentEncoding: "gzip", Body: []byte(`{"a":1}`)}, Options{}, false, "declared as gzip"},
		{"gzip cut short", Delivery{ContentType: jsonType, ContentEncoding: "gzip", Body: gzipped("{}")[:20]}, Options{}, false, "declared as gzip"},
		{"gzip and more", Delivery{ContentType: jsonType, ContentEncoding: "gzip", Body: append(gzipped("{}"), "more"...)}, Options{}, false, "declared as gzip"},
		{"gzip with a wrong checksum", Delivery{ContentType: jsonType, ContentEncoding: "gzip", Body: flipped(gzipped("{}"), 6)}, Options{}, false, "checksum"},
		{"zlib and more", Delivery{ContentType: jsonType, ContentEncoding: "deflate", Body: append(zlibbed("{}"), "more"...)}, Options{}, false, "4 bytes follow"},
		{"deflate and more", Delivery{ContentType: jsonType, ContentEncoding: "deflate", Body: append(deflated("{}"), "more"...)}, Options{}, false, "4 bytes follow"},
		{"no deflate", Delivery{ContentType: jsonType, ContentEncoding: "deflate", Body: []byte(`{"a":1}`)}, Options{}, false, "declared as deflate"},
		{"another boundary", Delivery{ContentType: "multipart/form-data; boundary=C", Body: part(formField, "v")}, Options{}, false, `boundary "C"`},
		{"a longer boundary", Delivery{ContentType: "multipart/form-data; boundary=BB", Body: part(formField, "v")}, Options{}, false, `boundary "BB"`},
		{"a shorter boundary", Delivery{ContentType: "multipart/form-data; boundary=B", Body: []byte("--BB\r\n" + formField + "\r\n\r\nv\r\n--BB--")}, Options{}, false, `boundary "B"`},
		{"no boundary", Delivery{ContentType: "multipart/form-data", Body: part(formField, "v")}, Options{}, false, "no boundary"},
		{"a first part behind another boundary", Delivery{ContentType: multipartType, Body: append([]byte("--X\r\n"+formField+"\r\n\r\nlost\r\n"), part(formField, "v")...)}, Options{}, false, "before the first boundary"},
		{"more behind the last boundary", Delivery{ContentType: multipartType, Body: append(part(formField, "v"), part(formField, "lost")...)}, Options{}, false, "after its last boundary"},
		{"no last boundary", Delivery{ContentType: multipartType, Body: []byte("--B\r\n" + formField + "\r\n\r\nv\r\n--B\r\n")}, Options{}, false, "at its end"},
		{"a part that is no field", Delivery{ContentType: multipartType, Body: part("Content-Type: text/plain", "v")}, Options{}, false, "Part 1"},
		{"a disposition without a name", Delivery{ContentType: multipartType, Body: part("Content-Disposition: form-data", "v")}, Options{}, false, "names no field"},
		{"an attachment", Delivery{ContentType: multipartType, Body: part("Content-Disposition: attachment; name=f", "v")}, Options{}, false, "names no field"},
		{"a field that is no text", Delivery{ContentType: multipartType, Body: part(formField, "\xff")}, Options{}, false, "field f holds bytes that are no UTF-8"},
		{"a field in an unknown charset", Delivery{ContentType: multipartType, Body: part(formField+"\r\nContent-Type: text/plain; charset=nope", "v")}, Options{}, true, `"nope"`},
		{"a field in no base64", Delivery{ContentType: multipartType, Body: part(formField+"\r\nContent-Transfer-Encoding: base64", "!!")}, Options{}, false, `field "f"`},
		{"a field in uuencode", Delivery{ContentType: multipartType, Body: part(formField+"\r\nContent-Transfer-Encoding: x-uuencode", "!!")}, Options{}, true, "x-uuencode"},
		{"a broken escape in a form", Delivery{ContentType: formType, Body: []byte("a=100%&b=1")}, Options{}, false, "form has a %-escape"},
		{"a broken escape in the query", Delivery{Query: "a=%zz"}, Options{}, false, "query has a %-escape"},
		{"a member twice", Delivery{ContentType: jsonType, Body: []byte(`{"a":1,"\u0061":2}`)}, Options{}, false, `member "a" is there twice`},
		{"a member twice, deep", Delivery{ContentType: jsonType, Body: []byte(`{"x":[{"a":1,"a":1}]}`)}, Options{}, false, `member "a" is there twice`},
		{"half of a pair", Delivery{ContentType: jsonType, Body: []byte(`{"a":"\ud800x"}`)}, Options{}, false, "surrogate"},
		{"a pair the wrong way", Delivery{ContentType: jsonType, Body: []byte(`{"\udc00\ud800":1}`)}, Options{}, false, "surrogate"},
		{"broken JSON", Delivery{ContentType: jsonType, Body: []byte(`{"a":1,}`)}, Options{}, false, "at byte 8"},
		{"JSON in quotes of other kinds", Delivery{ContentType: jsonType, Body: []byte(`{'a':1}`)}, Options{}, false, "at byte 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			object, err := Parse(c.in, c.opts)
			var refused *Error
			if !errors.As(err, &refused) {
				t.Fatalf("got %s, %v", AppendJSON(nil, object), err)
			}
			if refused.Unsupported != c.unsupported || !strings.Contains(refused.Reason, c.cause) {
				t.Errorf("unsupported %t, %s", refused.Unsupported, refused.Reason)
			}
		})
	}
}

// flipped is a copy with one bit changed, so many bytes from the end.
func flipped(b []byte, fromEnd int) []byte {
	b = slices.Clone(b)
	b[len(b)-fromEnd] ^= 1
	return b
}

func TestOtherAnswersKeepWhatTheySay(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Delivery
		opts Options
		want string
	}{
		{"last wins", Delivery{ContentType: jsonType, Body: []byte(`{"a":1,"b":2,"a":3}`)}, Options{LastWins: true}, `{"a":3,"b":2}`},
		{"replaced", Delivery{ContentType: formType, Body: []byte("a=%ff")}, Options{ReplaceInvalid: true}, "{\"a\":\"\ufffd\"}"},
		{"half of a pair, replaced", Delivery{ContentType: jsonType, Body: []byte(`{"a":"\ud800"}`)}, Options{ReplaceInvalid: true}, "{\"a\":\"\ufffd\"}"},
		{"as sent", Delivery{ContentType: formType, Body: []byte("a=100%+%41&b=%41"), Query: "c=%"}, Options{EscapesAsSent: true}, `{"a":"100%+%41","b":"A","c":"%"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			object, err := Parse(c.in, c.opts)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(AppendJSON(nil, object)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// A small body that becomes a large one costs no more than the bound.
func TestInflateIsBounded(t *testing.T) {
	bomb := gzipped(strings.Repeat("x", 1<<20))
	for _, c := range []Delivery{
		{ContentType: "text/plain", ContentEncoding: "gzip", Body: bomb},
		{ContentType: "text/plain", ContentEncoding: "gzip, gzip", Body: gzipped(string(bomb))},
		{ContentType: "text/plain", ContentEncoding: "deflate", Body: zlibbed(strings.Repeat("x", 1<<20))},
	} {
		if _, err := Parse(c, Options{Limit: 1<<20 - 1}); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", c.ContentEncoding, err)
		}
		if _, err := Parse(c, Options{Limit: 1 << 20}); err != nil {
			t.Errorf("%s at the bound: %v", c.ContentEncoding, err)
		}
	}
}

// The size stays that of the plain MessagePack where digits are kept beside it.
func TestSizeWithDigitsKept(t *testing.T) {
	for text, want := range map[string]int{
		`{"a":1.0}`: 1 + 2 + 1, `{"a":1e400}`: 1 + 2 + 9, `{"a":0.10}`: 1 + 2 + 9, `{"a":123456789012345678901234567890}`: 1 + 2 + 9,
		`{"a":[-0,1e2,300.0]}`: 1 + 2 + 1 + 1 + 1 + 3, `{"a":18446744073709551615}`: 1 + 2 + 9, `{"a":2}`: 1 + 2 + 1,
	} {
		value, err := FromJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		data, err := Encode(Wrap(value))
		if err != nil {
			t.Fatal(err)
		}
		if got := Size(data); got != want {
			t.Errorf("%s: %d bytes, want %d", text, got, want)
		}
	}
}

func TestHeadersOfOldAreLatin1(t *testing.T) {
	object, err := Parse(Delivery{Headers: []Header{{"x", "caf\xe9"}}}, Options{KeepHeaders: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(AppendJSON(nil, object)), `{"__IMTHEADERS__":[{"name":"x","value":"café"}]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzKept sends anything, plain and compressed: it is refused, or everything of it is found again.
func FuzzKept(f *testing.F) {
	for _, seed := range [][2]string{
		{jsonType, `{"a":[1.0,"\u00e9",{"b":1e400}]}`},
		{jsonType + "; charset", "\ufeff[1]"},
		{"application/json; charset=windows-1252", "{\"a\":\"\x80\"}"},
		{"application/json; charset=utf-16", "\xfe\xff\x00{\x00}"},
		{formType, "a=1&a=2&b=%C3%A9&=&c"},
		{formType + "; charset=latin1", "a=%e9"},
		{"text/plain; charset=gb18030", "\xd6\xd0\xce\xc4"},
		{"multipart/form-data; boundary=B", string(part(formField, "v"))},
		{"multipart/form-data; boundary=B", string(part(formField+"; filename=a", "\x00\xff"))},
		{"image/png", "\x89PNG"},
		{"application/json, application/json", "{}"},
	} {
		f.Add(seed[0], []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		object, err := Parse(Delivery{ContentType: contentType, Body: body}, Options{})
		again, packedErr := Parse(Delivery{ContentType: contentType, ContentEncoding: "gzip", Body: gzipped(string(body))}, Options{})
		if (err == nil) != (packedErr == nil) || !cmp.Equal(AppendExport(nil, object), AppendExport(nil, again)) {
			t.Fatalf("plain %s %v, compressed %s %v", AppendExport(nil, object), err, AppendExport(nil, again), packedErr)
		}
		var refused *Error
		switch {
		case errors.As(err, &refused) && refused.Reason != "" && utf8.ValidString(refused.Reason):
			return
		case err != nil:
			t.Fatalf("refused with %q", err)
		}
		wantKept(t, contentType, body, stored(t, object))
	})
}

// wantKept finds what was sent in what was stored, by other readers than the package's own where there are some.
func wantKept(t *testing.T, contentType string, body []byte, kept Object) {
	t.Helper()
	m, err := parseMedia(contentType)
	if err != nil {
		t.Fatal(err)
	}
	set, err := charsetNamed(m.params["charset"])
	if err != nil {
		set = charset{} // of what is kept as bytes
	}
	text, _ := set.decode(body)
	switch {
	case len(body) == 0:
		if len(kept) > 0 {
			t.Errorf("%s came of nothing", AppendExport(nil, kept))
		}
	case m.kind == jsonType || strings.HasSuffix(m.kind, "+json"):
		wantJSON(t, bytes.TrimPrefix(text, []byte(utf8BOM)), kept)
	case m.kind == formType:
		wantForm(t, string(body), set, kept)
	case m.kind == "multipart/form-data":
		wantFields(t, body, m.params["boundary"], kept)
	case m.kind == "text/plain":
		if !cmp.Equal(kept, Object{{"value", string(text)}}) {
			t.Errorf("%q became %s", text, AppendExport(nil, kept))
		}
	default:
		if !cmp.Equal(kept, Object{{"value", body}}) {
			t.Errorf("%q became %s", body, AppendExport(nil, kept))
		}
	}
}

func wantJSON(t *testing.T, text []byte, kept Object) {
	t.Helper()
	if bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")) {
		wantSame(t, text, kept)
		return
	}
	wantSame(t, text, kept[0].Value)
}

// wantForm compares with what net/url makes of the form. It does not read what has a semicolon.
func wantForm(t *testing.T, form string, set charset, kept Object) {
	t.Helper()
	sent, err := url.ParseQuery(strings.ReplaceAll(form, ";", "%3B"))
	if err != nil {
		t.Errorf("%q was taken: %v", form, err)
	}
	want := url.Values{}
	for name, values := range sent {
		for _, value := range values {
			plainName, _ := set.decode([]byte(name))
			plainValue, _ := set.decode([]byte(value))
			want.Add(string(plainName), string(plainValue))
		}
	}
	if diff := cmp.Diff(sortedValues(want), sortedValues(valuesOf(kept))); diff != "" {
		t.Errorf("%q (-sent +kept):\n%s", form, diff)
	}
}

// sortedValues forgets the order of values, which names of two spellings may mix.
func sortedValues(v url.Values) url.Values {
	for _, values := range v {
		slices.Sort(values)
	}
	return v
}

func valuesOf(kept Object) url.Values {
	values := url.Values{}
	for _, m := range kept {
		for _, v := range listOf(m.Value) {
			text, _ := v.(string)
			values.Add(m.Name, text)
		}
	}
	return values
}

func listOf(value any) []any {
	if list, many := value.([]any); many {
		return list
	}
	return []any{value}
}

// wantFields counts the parts that mime/multipart sees, and looks for the content of each that is sent as it is.
func wantFields(t *testing.T, body []byte, boundary string, kept Object) {
	t.Helper()
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	found := 0
	for _, m := range kept {
		found += len(listOf(m.Value))
	}
	parts := 0
	for ; ; parts++ {
		part, err := reader.NextRawPart()
		if err != nil {
			break
		}
		content, _ := io.ReadAll(part)
		_, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if len(slices.Collect(maps.Keys(part.Header))) == 1 && !holds(kept, params["name"], content) {
			t.Errorf("%q of the field %q is not in %s", content, params["name"], AppendExport(nil, kept))
		}
	}
	if parts != found {
		t.Errorf("%d parts became %s", parts, AppendExport(nil, kept))
	}
}

func holds(kept Object, name string, content []byte) bool {
	for _, m := range kept {
		if m.Name != name {
			continue
		}
		for _, v := range listOf(m.Value) {
			if text, ok := v.(string); ok && text == string(content) {
				return true
			}
			if file, ok := v.(Object); ok && cmp.Equal(file[2].Value, content) {
				return true
			}
		}
	}
	return false
}
