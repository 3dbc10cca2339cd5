package payload

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Delivery is what was sent to a hook, free of any transport.
type Delivery struct {
	Method      string
	ContentType string
	Query       string // raw
	Headers     []Header
	Body        []byte
}

// Header is one header line, the name in lower case.
type Header struct{ Name, Value string }

// Options say what a hook keeps, and what the dialect makes of bodies that the documents do not speak of.
type Options struct {
	KeepMethod      bool
	KeepHeaders     bool
	BrokenAsText    bool // JSON that does not parse is kept as text instead of refused
	RefuseNonObject bool // JSON that is no object is refused instead of kept under value
}

// Error says why a body was refused.
type Error struct{ Reason string }

func (e *Error) Error() string { return e.Reason }

// Parse makes one object of body and query. The query wins where both have a name; a name that one of them repeats
// becomes an array.
func Parse(d Delivery, opts Options) (Object, error) {
	object, err := parseBody(d, opts)
	if err != nil {
		return nil, err
	}
	whole := collector{object: object}
	for _, m := range pairs(d.Query) {
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
	if d.ContentType == "application/json" { // nearly always
		return parseJSON(d.Body, opts)
	}
	media, params, err := mime.ParseMediaType(d.ContentType)
	if err != nil {
		media = ""
	}
	switch {
	case media == "application/json" || strings.HasSuffix(media, "+json"):
		return parseJSON(d.Body, opts)
	case media == "application/x-www-form-urlencoded":
		return pairs(string(d.Body)), nil
	case media == "multipart/form-data":
		return parseMultipart(d.Body, params["boundary"])
	case media == "text/plain":
		return Object{{"value", text(string(d.Body))}}, nil
	}
	return Object{{"value", d.Body}}, nil
}

func parseJSON(body []byte, opts Options) (Object, error) {
	value, err := FromJSON(body)
	if err != nil {
		if opts.BrokenAsText {
			return Object{{"value", text(string(body))}}, nil
		}
		return nil, &Error{"The body is declared as JSON and is not JSON."}
	}
	if _, object := value.(Object); !object && opts.RefuseNonObject {
		return nil, &Error{"The JSON body is not an object."}
	}
	return Wrap(value), nil
}

// pairs reads name=value pairs in their order. What cannot be unescaped stands as it was sent.
func pairs(encoded string) Object {
	var found collector
	for pair := range strings.SplitSeq(encoded, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		found.add(unescape(name), unescape(value))
	}
	return found.object
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		s = plain
	}
	return text(s)
}

// text replaces each byte that is no part of UTF-8, as reading JSON does, so that what is counted is what can be shown.
func text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

func parseMultipart(body []byte, boundary string) (Object, error) {
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	found := collector{object: Object{}}
	for {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return found.object, nil
		}
		if err != nil {
			return nil, &Error{"The body is declared as multipart/form-data and cannot be read as that."}
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, &Error{"A part of the multipart/form-data body is cut off."}
		}
		found.add(text(part.FormName()), partValue(part, content))
	}
}

// partValue is the text of a field, or an object for a file.
func partValue(part *multipart.Part, content []byte) any {
	if part.FileName() == "" {
		return text(string(content))
	}
	return Object{{"name", text(part.FileName())}, {"mime", text(part.Header.Get("Content-Type"))}, {"data", content}}
}

func headerList(headers []Header) []any {
	sorted := slices.Clone(headers)
	slices.SortStableFunc(sorted, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
	list := make([]any, len(sorted))
	for i, h := range sorted {
		list[i] = Object{{"name", h.Name}, {"value", text(h.Value)}}
	}
	return list
}
