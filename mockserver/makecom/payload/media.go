package payload

import (
	"mime"
	"strings"
)

// media is a Content-Type taken apart.
type media struct {
	kind   string // such as application/json, in lower case; empty when the header names no media type
	params map[string]string
}

// parseMedia reads a Content-Type. A parameter that cannot be read costs neither the media type nor the other parameters. One
// that is given twice with different values is refused, and so are two media types.
func parseMedia(header string) (media, error) {
	kind, params, err := mime.ParseMediaType(header)
	if err == nil && isMediaType(kind) {
		return media{kind, params}, nil
	}
	kind, rest := cutKind(header)
	if !isMediaType(kind) {
		return media{}, nil
	}
	rest = strings.TrimLeft(rest, " \t")
	if other, found := strings.CutPrefix(rest, ","); found {
		return sameMedia(kind, other)
	}
	m := media{kind, map[string]string{}}
	for parameter := range splitParameters(rest) {
		if err := m.read(parameter); err != nil {
			return media{}, err
		}
	}
	return m, nil
}

// cutKind cuts a Content-Type behind the media type, whatever follows.
func cutKind(header string) (kind, rest string) {
	header = strings.Trim(header, " \t")
	if end := strings.IndexAny(header, "; \t,"); end >= 0 {
		return strings.ToLower(header[:end]), header[end:]
	}
	return strings.ToLower(header), ""
}

func isMediaType(kind string) bool {
	main, sub, found := strings.Cut(kind, "/")
	return found && isToken(main) && isToken(sub)
}

func isToken(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?=`, r)
	}) < 0
}

// sameMedia reads a list of media types, as two headers joined by a proxy make one. They must all be the same.
func sameMedia(kind, others string) (media, error) {
	m, err := parseMedia(others)
	if err != nil {
		return media{}, err
	}
	if m.kind != kind || len(m.params) > 0 {
		return media{}, unreadable("The Content-Type names more than one media type: %q and %q.", kind, strings.TrimSpace(others))
	}
	return m, nil
}

// splitParameters cuts at each semicolon that does not stand between quotes.
func splitParameters(rest string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for rest != "" {
			end := parameterEnd(rest)
			if p := strings.Trim(rest[:end], " \t"); p != "" && !yield(p) {
				return
			}
			rest = rest[min(end+1, len(rest)):]
		}
	}
}

func parameterEnd(rest string) int {
	quoted := false
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ';' && !quoted:
			return i
		}
	}
	return len(rest)
}

// read adds a parameter. What cannot be read as one is left out, but for a value that merely lacks its quotes.
func (m *media) read(parameter string) error {
	_, params, err := mime.ParseMediaType("a/b; " + parameter)
	if err != nil {
		name, value, _ := strings.Cut(parameter, "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if !isToken(name) || value == "" || strings.ContainsAny(value, `"\`) {
			return nil
		}
		params = map[string]string{name: value}
	}
	for name, value := range params {
		if before, given := m.params[name]; given && !strings.EqualFold(before, value) {
			return unreadable("The Content-Type gives %s twice: %q and %q.", name, before, value)
		}
		m.params[name] = value
	}
	return nil
}
