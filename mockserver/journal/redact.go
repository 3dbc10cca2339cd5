package journal

import (
	"net/http"
	"regexp"
)

// Hidden stands in the place of a secret.
const Hidden = "[hidden]"

// Redacted is the entry as it may be shown: without the credentials that the documented APIs carry in headers, query and
// body.
func (e *Entry) Redacted() *Entry {
	shown := *e
	shown.Request.Path = inQuery.ReplaceAllString(e.Request.Path, "${1}"+Hidden)
	shown.Request.Header = hideHeaders(e.Request.Header)
	shown.Response.Header = hideHeaders(e.Response.Header)
	shown.Request.Body = hideMembers(e.Request.Body)
	shown.Response.Body = hideMembers(e.Response.Body)
	return &shown
}

var (
	inQuery  = regexp.MustCompile(`([?&](?:token|password)=)[^&]*`)
	inMember = regexp.MustCompile(`("(?:token|password)"\s*:\s*)"(?:[^"\\]|\\.)*"`)
)

func hideHeaders(header http.Header) http.Header {
	shown := header.Clone()
	for _, name := range []string{"Authorization", "Cookie", "Set-Cookie", "Proxy-Authorization"} {
		if _, there := shown[name]; there {
			shown[name] = []string{Hidden}
		}
	}
	return shown
}

// hideMembers works on the text, because what a client sent need not be JSON.
func hideMembers(b Body) Body {
	if !inMember.Match(b.Bytes) {
		return b
	}
	hidden := inMember.ReplaceAll(b.Bytes, []byte(`${1}"`+Hidden+`"`))
	return Body{Bytes: hidden, Size: b.Size + len(hidden) - len(b.Bytes)}
}
