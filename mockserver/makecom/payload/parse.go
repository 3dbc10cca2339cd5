package payload

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Delivery is what was sent to a hook, free of any transport.
type Delivery struct {
	Method          string
	ContentType     string
	ContentEncoding string
	Query           string // raw
	Headers         []Header
	Body            []byte
}

// Header is one header line, the name in lower case.
type Header struct{ Name, Value string }

// Options say what a hook keeps, and what the dialect makes of bodies that the documents do not speak of.
type Options struct {
	KeepMethod      bool
	KeepHeaders     bool
	BrokenAsText    bool // JSON that does not parse is kept as text instead of refused
	RefuseNonObject bool // JSON that is no object is refused instead of kept under value
	RefuseBOM       bool // JSON that begins with a byte order mark is refused instead of read without
	RefuseEncoded   bool // a compressed body is refused instead of decompressed
	RefuseCharset   bool // text in another charset than UTF-8 is refused instead of decoded
	LastWins        bool // the last of several JSON members of one name counts, instead of a refusal
	ReplaceInvalid  bool // bytes that are no text become U+FFFD, instead of a refusal
	EscapesAsSent   bool // a form's value with a broken %-escape stands as it was sent, instead of a refusal
	Limit           int  // bytes of a decompressed body, 0 for 5 MiB
}

// defaultLimit is the largest payload that the vendor takes.
const defaultLimit = 5 << 20

// Error says why a body was refused.
type Error struct {
	Reason      string
	Unsupported bool // it is in a form that is not understood, rather than broken
}

func (e *Error) Error() string { return e.Reason }

func unreadable(format string, args ...any) error {
	return &Error{Reason: fmt.Sprintf(format, args...)}
}

func unsupported(format string, args ...any) error {
	return &Error{Reason: fmt.Sprintf(format, args...), Unsupported: true}
}

// Parse makes one object of body and query. The query wins where both have a name; a name that one of them repeats
// becomes an array. What cannot be kept as it was sent is refused with an *Error, or with ErrTooLarge.
func Parse(d Delivery, opts Options) (Object, error) {
	opts.Limit = cmp.Or(opts.Limit, defaultLimit)
	object, err := parseBody(d, opts)
	if err != nil {
		return nil, err
	}
	query, err := pairs(d.Query, "query", charset{}, opts)
	if err != nil {
		return nil, err
	}
	whole := collector{object: object}
	for _, m := range query {
		whole.set(m.Name, m.Value)
	}
	if opts.KeepMethod {
		whole.set("__IMTMETHOD__", d.Method)
	}
	if opts.KeepHeaders {
		whole.set("__IMTHEADERS__", headerList(d.Headers))
	}
	return whole.object, nil
}

func parseBody(d Delivery, opts Options) (Object, error) {
	if len(d.Body) == 0 {
		return Object{}, nil
	}
	body, err := inflate(d.Body, encodingsOf(d.ContentEncoding), opts)
	if err != nil || len(body) == 0 {
		return Object{}, err
	}
	if d.ContentType == "application/json" { // nearly always
		return parseJSON(body, charset{}, opts)
	}
	m, err := parseMedia(d.ContentType)
	if err != nil {
		return nil, err
	}
	if m.kind == "multipart/form-data" {
		return parseMultipart(body, m.params["boundary"], opts)
	}
	read := reading(m.kind)
	if read == nil {
		return Object{{"value", body}}, nil
	}
	set, err := declared(m.params["charset"], opts)
	if err != nil {
		return nil, err
	}
	return read(body, set, opts)
}

// reading finds what reads a body that is text. Any other body stays the bytes that it is.
func reading(kind string) func([]byte, charset, Options) (Object, error) {
	switch {
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		return parseJSON
	case kind == "application/x-www-form-urlencoded":
		return parseForm
	case kind == "text/plain":
		return parseText
	}
	return nil
}

// declared is the charset of that name, unless the dialect takes none but UTF-8.
func declared(name string, opts Options) (charset, error) {
	set, err := charsetNamed(name)
	if err == nil && opts.RefuseCharset && (set.encoding != nil || set.marks != nil) {
		err = unsupported("The charset %q is not taken; send UTF-8.", name)
	}
	return set, err
}

// decoded is a text in UTF-8. The place says what the text is, for the refusal.
func decoded(b []byte, set charset, place string, opts Options) (string, error) {
	text, err := decodedBytes(b, set, place, opts)
	return string(text), err
}

func decodedBytes(b []byte, set charset, place string, opts Options) ([]byte, error) {
	text, err := set.decode(b)
	if err != nil && !errors.Is(err, errUndecodable) {
		return nil, err
	}
	if err != nil && !opts.ReplaceInvalid {
		return nil, unreadable("The %s holds bytes that are no %s; declare the charset that it is in.", place, set)
	}
	return text, nil
}

func parseText(body []byte, set charset, opts Options) (Object, error) {
	text, err := decoded(body, set, "body", opts)
	return Object{{"value", text}}, err
}

func parseForm(body []byte, set charset, opts Options) (Object, error) {
	if !set.writesASCII() {
		return nil, unsupported("A form cannot be read in the charset %q; send UTF-8.", set.name)
	}
	return pairs(string(body), "form", set, opts)
}

const utf8BOM = "\ufeff"

func parseJSON(body []byte, set charset, opts Options) (Object, error) {
	if name := otherMark(body); name != "" && set.encoding == nil && set.marks == nil {
		return nil, unreadable("The body is declared as JSON and begins with the byte order mark of %s; declare that charset.", name)
	}
	text, err := decodedBytes(body, set, "body", opts)
	if err != nil {
		return nil, err
	}
	plain, marked := bytes.CutPrefix(text, []byte(utf8BOM))
	if marked && opts.RefuseBOM {
		return nil, unreadable("The body is declared as JSON and begins with a byte order mark.")
	}
	return parseJSONText(plain, opts)
}

// otherMark names the charset whose byte order mark a body begins with, when it is not UTF-8.
func otherMark(body []byte) string {
	switch {
	case len(body) < 2:
		return ""
	case body[0] == 0xff && body[1] == 0xfe || body[0] == 0xfe && body[1] == 0xff:
		return "UTF-16"
	}
	return ""
}

func parseJSONText(text []byte, opts Options) (Object, error) {
	value, err := readJSON(text, opts)
	if errors.Is(err, ErrNotJSON) {
		if opts.BrokenAsText {
			return Object{{"value", string(text)}}, nil
		}
		return nil, unreadable("The body is declared as JSON and is not JSON: %s.", strings.TrimPrefix(err.Error(), ErrNotJSON.Error()+": "))
	}
	if err != nil {
		return nil, unreadable("The JSON body cannot be kept as it is: %v.", err)
	}
	if _, object := value.(Object); !object && opts.RefuseNonObject {
		return nil, unreadable("The JSON body is not an object.")
	}
	return Wrap(value), nil
}

// pairs reads name=value pairs in their order.
func pairs(encoded, place string, set charset, opts Options) (Object, error) {
	var found collector
	for pair := range strings.SplitSeq(encoded, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		plainName, err := unescape(name, place, set, opts)
		if err != nil {
			return nil, err
		}
		plainValue, err := unescape(value, place, set, opts)
		if err != nil {
			return nil, err
		}
		found.add(plainName, plainValue)
	}
	return found.object, nil
}

func unescape(s, place string, set charset, opts Options) (string, error) {
	plain, err := url.QueryUnescape(s)
	if err != nil {
		if !opts.EscapesAsSent {
			return "", unreadable("The %s has a %%-escape that is none: %v.", place, err)
		}
		plain = s
	}
	return decoded([]byte(plain), set, place, opts)
}

// headerText is a header's value: UTF-8, or ISO 8859-1 as HTTP had it.
func headerText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

func headerList(headers []Header) []any {
	sorted := slices.Clone(headers)
	slices.SortStableFunc(sorted, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
	list := make([]any, len(sorted))
	for i, h := range sorted {
		list[i] = Object{{"name", h.Name}, {"value", headerText(h.Value)}}
	}
	return list
}
