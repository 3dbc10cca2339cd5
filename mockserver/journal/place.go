package journal

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// Place is what stands in a command that nobody sent for the name and the token of the world on which it is replayed.
const Place = tokenPlace

const tokenPlace, basePlace = "{{token}}", "{{base}}"

// Operations that are replayed in a way of their own.
const (
	ingestOperation = "ingest"
	loginOperation  = "authenticate"
	worldOperation  = "putWorld"
)

// kind is where an id may stand in later requests.
type kind int

const (
	anywhere kind = iota // it is long enough to be nothing else
	ofHook               // in a path or as hookId
	ofAddress
	ofNumber
	ofToken // where credentials are
)

// Forms that ids have in an answer, for Go and grep -E, in any case of letters. The last word of a match is the id.
const (
	mintedDelivery = `X-Request-Id: [0-9a-f]{32}`
	mintedItem     = `"[0-9a-f]{32}`
	mintedRecord   = `"id":"[0-9A-F]{32}`
	mintedResend   = `"data":\{"id":"[0-9A-F]{32}`
	mintedHook     = `"hookId":[0-9]+`
	mintedAddress  = `/wh/[0-9A-Za-z_-]+`
	mintedNumber   = `"number":"[0-9]+`
	mintedToken    = `"token": *"[^"]+`
)

func kindOf(pattern string) kind {
	switch pattern {
	case mintedHook:
		return ofHook
	case mintedAddress:
		return ofAddress
	case mintedNumber:
		return ofNumber
	case mintedToken:
		return ofToken
	}
	return anywhere
}

// mints are the forms of the ids that an operation makes and its answer names.
func mints(operation string) []string {
	switch operation {
	case ingestOperation:
		return []string{mintedDelivery}
	case "resendWebhookRequest":
		return []string{mintedResend}
	case loginOperation, "mintToken":
		return []string{mintedToken}
	case "createHook":
		return []string{mintedHook, mintedAddress}
	case "deliverIncomings", "beginIncomings":
		return []string{mintedItem}
	case "createDefinition":
		return []string{mintedRecord}
	case "fireRule":
		return []string{mintedRecord, mintedNumber}
	case "setUpState":
		return []string{mintedItem, mintedHook, mintedAddress, mintedNumber, mintedToken}
	}
	return nil
}

// saved is an id that is taken from an answer: the last word of the n-th match of a pattern.
type saved struct {
	Place   string
	Pattern string
	Nth     int // from 1
}

// id is a text that names something, and where it may stand.
type id struct {
	kind kind
	text string
}

// places are the ids that were given and are used later, and the names that stand for them.
type places struct {
	names map[id]string
	saves map[*Entry][]saved
}

// placesOf finds the ids that later requests use, and none before: what was known before is part of the world's start.
func placesOf(entries []*Entry) *places {
	used := usesOf(entries)
	p := &places{names: map[id]string{}, saves: map[*Entry][]saved{}}
	for at, e := range entries {
		if e.Response.Status >= 400 || e.Response.Status == 0 {
			continue
		}
		answer := e.answer()
		for _, pattern := range mints(e.Operation) {
			for i, found := range regexp.MustCompile(`(?i)`+pattern).FindAllString(answer, -1) {
				minted := id{kindOf(pattern), lastWord().FindString(found)}
				if name := p.name(minted, used[minted], at); name != "" {
					p.saves[e] = append(p.saves[e], saved{name, pattern, i + 1})
				}
			}
		}
	}
	return p
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
func usesOf(entries []*Entry) map[id]int {
	used := map[id]int{}
	for at, e := range entries {
		note := func(i id) string {
			if used[i] == 0 {
				used[i] = at + 1
			}
			return ""
		}
		secrets := e.masked(func(secret string) string {
			note(id{ofToken, secret})
			return ""
		})
		eachID(secrets.Request.Path, note)
		eachID(string(secrets.Request.Body.Bytes), note)
	}
	return used
}

// Where ids stand in a request.
var (
	longWord  = lazyregexp.New(`[0-9A-Za-z]{32,}`)
	shortWord = lazyregexp.New(`((?:/hooks/|"hookId"\s*:\s*"?)|/wh/|number(?:"\s*:\s*"|=|%3[Dd]))([0-9A-Za-z_-]+)`)
)

// eachID replaces the ids of a text; "" leaves one as it is.
func eachID(text string, replace func(id) string) string {
	text = shortWord().ReplaceAllStringFunc(text, func(found string) string {
		parts := shortWord().FindStringSubmatch(found)
		if name := replace(id{kindAfter(parts[1]), parts[2]}); name != "" {
			return parts[1] + name
		}
		return found
	})
	return longWord().ReplaceAllStringFunc(text, func(word string) string {
		if len(word) > 40 { // an id with something escaped before it is shorter
			return word
		}
		for i := 0; i+32 <= len(word); i++ {
			if name := replace(id{anywhere, word[i : i+32]}); name != "" {
				return word[:i] + name + word[i+32:]
			}
		}
		return word
	})
}

func kindAfter(text string) kind {
	switch {
	case text == "/wh/":
		return ofAddress
	case strings.HasPrefix(text, "number"):
		return ofNumber
	}
	return ofHook
}

// maskOf leaves the place of a token that was given in between, and else that of the world's own.
func (p *places) maskOf(e *Entry) mask {
	refused := e.Operation == loginOperation && !aToken().Match(e.Response.Body.Bytes)
	return func(secret string) string {
		switch name := p.names[id{ofToken, secret}]; {
		case name != "":
			return "{{" + name + "}}"
		case refused:
			return Hidden // which is not the password that the new world knows
		}
		return tokenPlace
	}
}

var aToken = lazyregexp.New(mintedToken)

// open puts places where ids are, and in a command also where the world and the server are named.
func (p *places) open(e *Entry, text string) string {
	if e.Command {
		text = strings.ReplaceAll(text, "/worlds/"+e.World+"/", "/worlds/"+tokenPlace+"/")
		text = strings.ReplaceAll(text, `"world":"`+e.World+`"`, `"world":"`+tokenPlace+`"`)
	}
	if e.Command && e.Request.Host != "" {
		text = strings.NewReplacer("http://"+e.Request.Host, basePlace, "https://"+e.Request.Host, basePlace).Replace(text)
	}
	return eachID(text, func(i id) string {
		if name := p.names[i]; name != "" {
			return "{{" + name + "}}"
		}
		return ""
	})
}

// address is the part of a hook's address that names the hook; what follows a dot names the world.
var address = lazyregexp.New(`^(/wh/[^./?]+)(?:\.[^/?]*)?`)

// organisation is what names the world in a login.
var organisation = lazyregexp.New(`("organisation"\s*:\s*)"(?:[^"\\]|\\.)*"`)
