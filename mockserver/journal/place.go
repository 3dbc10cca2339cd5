package journal

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
	"github.com/understudy-mock/understudy/internal/secret"
)

// Place is what stands in a command that nobody sent for the name and the token of the world on which it is replayed.
const Place = tokenPlace

const tokenPlace, basePlace = "{{token}}", "{{base}}"

// worldOperation brings a world to the state that a replay starts from.
const worldOperation = "putWorld"

// saved is an id that is taken from an answer: the last word of the n-th match of a pattern.
type saved struct {
	Place   string
	Pattern string
	Nth     int // from 1
}

// id is a text that names something, and the number of its form.
type id struct {
	form int
	text string
}

// places are the ids that were given and are used later, and the names that stand for them.
type places struct {
	rules *rules
	names map[id]string
	saves map[*Entry][]saved
}

// placesOf finds the ids that later requests use, and none before: what was known before is part of the world's start.
func placesOf(entries []*Entry, r *rules) *places {
	used := r.usesOf(entries)
	p := &places{rules: r, names: map[id]string{}, saves: map[*Entry][]saved{}}
	for at, e := range entries {
		if !e.gives() {
			continue
		}
		answer := e.answer()
		for _, f := range r.forms {
			for i, found := range f.answer.FindAllString(answer, -1) {
				given := id{f.number, lastWord().FindString(found)}
				if name := p.name(given, used[given], at); name != "" {
					p.saves[e] = append(p.saves[e], saved{name, f.source, i + 1})
				}
			}
		}
	}
	return p
}

// gives reports whether an answer may name what was made by its request.
func (e *Entry) gives() bool {
	asks := e.Request.Method == http.MethodGet || e.Request.Method == http.MethodHead
	return !asks && e.Response.Status > 0 && e.Response.Status < 400
}

// name gives a place to an id that was not used up to an entry, and is used after it.
func (p *places) name(minted id, firstUse, at int) string {
	if firstUse <= at+1 || p.names[minted] != "" {
		return ""
	}
	name := fmt.Sprint("id", len(p.names)+1)
	p.names[minted] = name
	return name
}

var lastWord = lazyregexp.New(`[^":/ ]+$`)

// answer is what ids are looked for in.
func (e *Entry) answer() string {
	return "X-Request-Id: " + e.Response.Header.Get("X-Request-Id") + "\n" + string(e.Response.Body.Bytes)
}

// usesOf counts the entries from 1 and says which is the first to use an id, 0 where none does.
func (r *rules) usesOf(entries []*Entry) map[id]int {
	used := map[id]int{}
	for at, e := range entries {
		note := func(i id) string {
			if used[i] == 0 {
				used[i] = at + 1
			}
			return ""
		}
		secrets := e.masked(func(token string) string {
			note(id{tokenID, token})
			return ""
		})
		r.eachID(secrets.Request.Path, note)
		r.eachID(string(secrets.Request.Body.Bytes), note)
	}
	return used
}

// Where ids stand in a request.
var (
	longWord  = lazyregexp.New(`[0-9A-Za-z]{32,}`)
	shortWord = lazyregexp.New(`^[0-9A-Za-z_-]+`)
)

// eachID replaces the ids of a text; "" leaves one as it is.
func (r *rules) eachID(text string, replace func(id) string) string {
	for number, known := range r.IDs {
		text = eachAfter(text, known.Request, func(word string) string { return replace(id{number, word}) })
	}
	return longWord().ReplaceAllStringFunc(text, func(word string) string {
		if len(word) > 40 { // an id with something escaped before it is shorter
			return word
		}
		for i := 0; i+32 <= len(word); i++ {
			if name := replace(id{longID, word[i : i+32]}); name != "" {
				return word[:i] + name + word[i+32:]
			}
		}
		return word
	})
}

// eachAfter replaces the words that stand behind matches of a pattern; "" leaves one as it is.
func eachAfter(text string, before *regexp.Regexp, replace func(word string) string) string {
	var b strings.Builder
	for {
		at := before.FindStringIndex(text)
		if at == nil {
			return b.String() + text
		}
		b.WriteString(text[:at[1]])
		text = text[at[1]:]
		if word := shortWord().FindString(text); word != "" {
			b.WriteString(cmp.Or(replace(word), word))
			text = text[len(word):]
		}
	}
}

// maskOf leaves the place of a token that was given in between, and else that of the world's own.
func (p *places) maskOf(e *Entry) secret.Mask {
	refused := p.rules.isLogin(e) && !aToken().Match(e.Response.Body.Bytes)
	return func(token string) string {
		switch name := p.names[id{tokenID, token}]; {
		case name != "":
			return "{{" + name + "}}"
		case refused:
			return Hidden // which is not the password that the new world knows
		}
		return tokenPlace
	}
}

var aToken = lazyregexp.New(tokenForm)

// open puts places where ids are, and in a command also where the world and the server are named.
func (p *places) open(e *Entry, text string) string {
	if e.Command {
		text = strings.ReplaceAll(text, "/worlds/"+e.World+"/", "/worlds/"+tokenPlace+"/")
		text = strings.ReplaceAll(text, `"world":"`+e.World+`"`, `"world":"`+tokenPlace+`"`)
	}
	if e.Command && e.Request.Host != "" {
		text = strings.NewReplacer("http://"+e.Request.Host, basePlace, "https://"+e.Request.Host, basePlace).Replace(text)
	}
	return p.rules.eachID(text, func(i id) string {
		if name := p.names[i]; name != "" {
			return "{{" + name + "}}"
		}
		return ""
	})
}
