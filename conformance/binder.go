package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// binder gives what a target made up a name that is the same on every target: the values of its states by their key and
// number, ids and dates by their looks.
type binder struct {
	base, host string // of the target
	segments   map[string]string
	texts      []named        // the longest first
	counts     map[string]int // names given, by kind
	ids        map[string]string
}

// named is a text and the name that stands for it.
type named struct{ text, name string }

// shortestText is the length from which a value is replaced wherever it occurs. A shorter one is replaced only where it is a
// whole segment of a path: a number may be anything elsewhere.
const shortestText = 8

func newBinder(r *report.Report) *binder {
	b := &binder{base: r.Target, segments: map[string]string{}, counts: map[string]int{}, ids: map[string]string{}}
	if u, err := url.Parse(r.Target); err == nil {
		b.host = u.Host
	}
	for _, h := range r.Settings.Hooks {
		b.learn("lent", h.ID)
		b.learn("lent address", h.URL)
	}
	return b
}

// learnState takes note of the values of a state.
func (b *binder) learnState(values string) {
	d := json.NewDecoder(strings.NewReader(values))
	d.UseNumber()
	var object map[string]any
	if d.Decode(&object) == nil { // what is no object has no values
		b.learnAll("state", object)
	}
}

func (b *binder) learnAll(key string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			b.learnAll(name, v[name])
		}
	case []any:
		for _, element := range v {
			b.learnAll(key, element)
		}
	case string:
		b.learn(key, v)
	case json.Number:
		b.learn(key, v.String())
	}
}

func (b *binder) learn(kind, text string) {
	if text != "" && hexID().FindString(text) == text {
		b.looks(text) // its looks name it
		return
	}
	if _, known := b.segments[text]; known || text == "" {
		return
	}
	name := b.next(kind)
	b.segments[text] = name
	if len(text) < shortestText {
		return
	}
	b.texts = append(b.texts, named{text, name})
	if u, err := url.Parse(text); err == nil && u.Host != "" { // addresses beside it are made up in the same way
		u.Path = path.Dir(u.Path)
		b.texts = append(b.texts, named{strings.TrimSuffix(u.String(), "/") + "/", "(beside)/"})
	}
	slices.SortStableFunc(b.texts, func(a, b named) int { return len(b.text) - len(a.text) })
}

func (b *binder) next(kind string) string {
	b.counts[kind]++
	return fmt.Sprintf("(%s %d)", kind, b.counts[kind])
}

// address is a URL without what is the target's own: its base, and the ids in the path.
func (b *binder) address(text string) string {
	text = b.texted(text)
	at, query, _ := strings.Cut(strings.TrimPrefix(text, b.base), "?")
	segments := strings.Split(at, "/")
	for i, segment := range segments {
		rest := strings.TrimLeft(segment, "0123456789") // a check asks for what only begins with a number, too
		if name, known := b.segments[segment]; known {
			segments[i] = name
		} else if name, known := b.segments[strings.TrimSuffix(segment, rest)]; known && hexID().FindString(segment) != segment {
			segments[i] = name + rest
		}
	}
	return b.looks(strings.Join(segments, "/") + "?" + query)
}

// What targets make up and is known by its looks. Checks ask for ids that lack a digit, too.
var (
	hexID = lazyregexp.New(`[0-9a-fA-F]{31,32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)
	date  = lazyregexp.New(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?`)
)

// bind replaces what the target made up in a body.
func (b *binder) bind(text string) string { return b.looks(b.texted(text)) }

func (b *binder) texted(text string) string {
	for _, t := range b.texts {
		text = strings.ReplaceAll(text, t.text, t.name)
	}
	return text
}

func (b *binder) looks(text string) string {
	if b.host != "" {
		text = strings.ReplaceAll(text, b.host, "(host)")
	}
	text = date().ReplaceAllString(text, "(date)")
	return hexID().ReplaceAllStringFunc(text, func(id string) string {
		key := strings.ToLower(id)
		if b.ids[key] == "" {
			b.ids[key] = b.next("id")
		}
		return b.ids[key]
	})
}
