package report

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
	"github.com/understudy-mock/understudy/internal/shown"
)

// Script is a transcript as a shell script: each request by curl, with the ids that answers gave carried over to the
// requests that use them. The credential is taken from UNDERSTUDY_TOKEN, the target's address from UNDERSTUDY_URL, that of whoever sets
// states up from UNDERSTUDY_STATE_URL, and that of whoever takes the deliveries from UNDERSTUDY_RECEIVER.
func Script(base string, exchanges []Exchange) string {
	s := &scripter{base: base, states: statesOf(exchanges), receiver: receiverOf(exchanges), exchanges: exchanges, counts: map[string]int{}}
	for i := range exchanges {
		s.exchange(i)
	}
	calls := s.text.String()
	s.text.Reset()
	s.line("#!/bin/sh")
	if strings.Contains(calls, `"$UNDERSTUDY_TOKEN"`) {
		s.line(": \"${UNDERSTUDY_TOKEN:?set it to the credential of the target}\"")
	}
	s.line("command -v curl >/dev/null || { echo 'curl is not installed' >&2; exit 127; }")
	s.line("UNDERSTUDY_URL=${UNDERSTUDY_URL:-%s}", shown.Shell(base))
	if s.states != "" {
		s.line("UNDERSTUDY_STATE_URL=${UNDERSTUDY_STATE_URL:-%s}", shown.Shell(s.states))
	}
	if OtherTokens(exchanges) {
		s.line("# The run used other credentials as well, which a report does not hold. Every call below is sent with UNDERSTUDY_TOKEN:")
		s.line("# put what the answers about tokens say in its place.")
	}
	if s.receiver != "" {
		s.line("# The target delivered to the receiver of the run, which is gone. Start one that answers as the run's did, see below,")
		s.line("# and give its address: a script cannot answer. Without one, the deliveries fail.")
		s.line("UNDERSTUDY_RECEIVER=${UNDERSTUDY_RECEIVER:-%s}", shown.Shell(s.receiver))
		s.line("RECEIVER_IN_QUERY=$(printf %%s \"$UNDERSTUDY_RECEIVER\" | sed 's/:/%%3A/g; s/\\//%%2F/g')")
	}
	s.line("show() { met=yes; printf '%%s\\n\\n' \"$1\" | tr -d '\\000-\\010\\013-\\037\\177'; } # nothing that a terminal obeys")
	s.line("failed() { [ \"$met\" ] || { echo 'nothing answers: start the target, or set UNDERSTUDY_URL and UNDERSTUDY_STATE_URL' >&2; exit 3; }; }")
	return s.text.String() + calls
}

type scripter struct {
	base      string
	states    string // "" where none was set up
	receiver  string // "" where nothing was delivered
	exchanges []Exchange
	text      strings.Builder
	captured  []capture // the longest value first
	counts    map[string]int
}

// capture is a shell variable with a value that an answer gave.
type capture struct{ name, value string }

func (s *scripter) line(format string, args ...any) { fmt.Fprintf(&s.text, format+"\n", args...) }

func (s *scripter) exchange(i int) {
	e := &s.exchanges[i]
	s.line("")
	if e.Received {
		s.line("# Here the target sent %s %s, and got %s.", shown.Line(e.Method), shown.Line(e.URL), answered(e.Status))
		return
	}
	last := ""
	if e.Status != 0 {
		last = " || failed"
	}
	s.line("answer=$(%s)%s", e.curl(s.word), last)
	s.line("show \"$answer\"  # %d in the recorded run", e.Status)
	for _, f := range found(e) {
		if s.isNew(f.value) && !s.used(f.value, s.exchanges[:i+1]) && s.used(f.value, s.exchanges[i+1:]) {
			s.capture(f)
		}
	}
}

func (s *scripter) isNew(value string) bool {
	return !slices.ContainsFunc(s.captured, func(c capture) bool { return c.value == value })
}

// used reports whether one of the requests has the value in it.
func (s *scripter) used(value string, exchanges []Exchange) bool {
	spot := place(value)
	return slices.ContainsFunc(exchanges, func(e Exchange) bool {
		return !e.Received && (spot.MatchString(e.URL) || spot.MatchString(e.Body))
	})
}

func (s *scripter) capture(f value) {
	s.counts[f.name]++
	name := fmt.Sprintf("%s_%d", f.name, s.counts[f.name])
	s.line("%s=$(printf '%%s\\n' \"$answer\" | tr -d '\\r' | %s)", name, f.filter)
	s.captured = append(s.captured, capture{name, f.value})
	slices.SortStableFunc(s.captured, func(a, b capture) int { return len(b.value) - len(a.value) })
}

// word writes a text as one word, with variables where captured values stand. Those come first: a captured address may have the
// credential in it.
func (s *scripter) word(text string) string {
	parts := []shown.Part{{Text: text}}
	for _, c := range s.captured {
		parts = replaced(parts, place(c.value), c.name)
	}
	parts = s.address(parts, s.states, "UNDERSTUDY_STATE_URL") // it may lie below the target's
	parts = s.address(parts, s.base, "UNDERSTUDY_URL")
	parts = s.address(parts, s.receiver, "UNDERSTUDY_RECEIVER")
	parts = s.address(parts, url.QueryEscape(s.receiver), "RECEIVER_IN_QUERY")
	var words []shown.Part
	for _, p := range parts {
		if p.Variable != "" {
			words = append(words, p)
		} else {
			words = append(words, withToken(p.Text)...)
		}
	}
	return shown.ShellParts(words)
}

// address puts a variable where an address stands, unless it is "".
func (s *scripter) address(parts []shown.Part, address, variable string) []shown.Part {
	if address == "" {
		return parts
	}
	return replaced(parts, regexp.MustCompile("()"+regexp.QuoteMeta(address)+"()"), variable)
}

// inboxAddress is an address of the suite's receiver: the run's id and a number stand behind it.
var inboxAddress = lazyregexp.New(`"(https?://[^/"\s]+)/[0-9a-f]{12}/[0-9]{6}`)

// statesOf is the address of whoever set states up, "" where nobody did.
func statesOf(exchanges []Exchange) string {
	if i := slices.IndexFunc(exchanges, func(e Exchange) bool { return e.Setup }); i >= 0 {
		return exchanges[i].URL
	}
	return ""
}

// receiverOf is the address at which the run received, "" where it told the target none.
func receiverOf(exchanges []Exchange) string {
	for i := range exchanges {
		if m := inboxAddress().FindStringSubmatch(exchanges[i].Body); exchanges[i].Setup && m != nil {
			return m[1]
		}
	}
	return ""
}

// tokenState matches a change that asks for a credential.
var tokenState = lazyregexp.New(`"state": *"[^"]*token"`)

// OtherTokens reports whether exchanges use credentials beside that of the run. A report holds none of them, so that a script
// cannot send what they sent.
func OtherTokens(exchanges []Exchange) bool {
	return slices.ContainsFunc(exchanges, func(e Exchange) bool { return e.Setup && tokenState().MatchString(e.Body) })
}

func answered(status int) string {
	if status == 0 {
		return "no answer"
	}
	return strconv.Itoa(status)
}

// replaced puts a variable in the texts where a pattern finds a value between its two groups.
func replaced(parts []shown.Part, value *regexp.Regexp, name string) (all []shown.Part) {
	for _, p := range parts {
		if p.Variable != "" {
			all = append(all, p)
			continue
		}
		from := 0
		for _, at := range value.FindAllStringSubmatchIndex(p.Text, -1) {
			all = append(all, shown.Part{Text: p.Text[from:at[3]]}, shown.Part{Variable: name})
			from = at[4]
		}
		all = append(all, shown.Part{Text: p.Text[from:]})
	}
	return all
}

// place is where a value stands for itself: a number only as a segment of a path or as the value of a member.
func place(value string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(value)
	if digits().MatchString(value) {
		return regexp.MustCompile(`(/|":\s*"?|number=|number%3D)` + quoted + `([/?",}]|$)`)
	}
	return regexp.MustCompile(`()` + quoted + `()`)
}

var digits = lazyregexp.New(`^[0-9]+$`)

// value is something in an answer that a later request may use, and the filter that takes it out of the answer.
type value struct{ name, value, filter string }

// member finds the members of JSON objects that have one value, or the first of a list, and list those that are lists of texts or numbers.
var member = lazyregexp.New(`"([A-Za-z_]+)": *\[?"?([^]",{}[]+)`)

var list = lazyregexp.New(`"([A-Za-z_]+)": *\[([^][{}]*)\]`)

// found lists what an answer gives: ids and addresses by the names of their members, and the id of the request.
func found(e *Exchange) []value {
	var all []value
	for name, text := range e.ResponseHeader {
		if strings.EqualFold(name, "X-Request-Id") {
			all = append(all, value{"request_id", text, `sed -n 's/^[Xx]-[Rr]equest-[Ii]d: *//p' | head -n 1`})
		}
	}
	count := map[string]int{}
	for _, m := range member().FindAllStringSubmatch(e.ResponseBody, -1) {
		name, text := m[1], m[2]
		count[name]++
		if text != "null" && text != "true" && text != "false" {
			all = append(all, value{name, text, nth(name, count[name])})
		}
	}
	return append(all, listed(e)...)
}

// listed are the values in lists, but for the first of each.
func listed(e *Exchange) (all []value) {
	count := map[string]int{}
	for _, m := range list().FindAllStringSubmatch(strings.ReplaceAll(e.ResponseBody, "\n", " "), -1) {
		name := m[1]
		count[name]++
		for i, text := range strings.Split(m[2], ",") {
			if text = strings.Trim(text, " \""); i > 0 && text != "" {
				all = append(all, value{name, text, nthOf(name, count[name], i+1)})
			}
		}
	}
	return all
}

// nthOf is a filter that takes the i-th value out of the n-th list of a name.
func nthOf(name string, n, i int) string {
	return fmt.Sprintf(`tr '\n' ' ' | grep -o '"%s": *\[[^][{}]*\]' | sed -n '%ds/^[^[]*\[//p' | tr -d '] "' | cut -d, -f%d`, name, n, i)
}

// nth is a filter that takes the n-th member of a name out of an answer, in the shape that [member] finds.
func nth(name string, n int) string {
	const before = `": *\[\{0,1\}"\{0,1\}`
	return fmt.Sprintf(`grep -o '"%s%s[^]",{}[]*' | sed -n '%ds/^"%s%s//p'`, name, before, n, name, before)
}
