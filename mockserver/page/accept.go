package page

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// rank is how much a client wants a media type: by its quality, then by how exactly it is named, then by where it stands.
type rank struct {
	quality  float64
	exactly  int
	position int
}

func (r rank) before(other rank) bool {
	switch {
	case r.quality != other.quality:
		return r.quality > other.quality
	case r.exactly != other.exactly:
		return r.exactly > other.exactly
	}
	return r.position < other.position
}

// preferred is the media type that a client wants most of those that are offered; the first one where it does not care, or takes none.
func preferred(accept []string, offers ...string) string {
	best, chosen := rank{}, offers[0]
	for _, offer := range offers {
		if r := rankOf(accept, offer); r.quality > 0 && (best.quality == 0 || r.before(best)) {
			best, chosen = r, offer
		}
	}
	return chosen
}

// rankOf finds the range that names a type most exactly: it alone says what the type is worth.
func rankOf(accept []string, offer string) (found rank) {
	family, _, _ := strings.Cut(offer, "/")
	found.exactly = -1
	for position, part := range strings.Split(strings.Join(accept, ","), ",") {
		named, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		exactly := map[string]int{offer: 2, family + "/*": 1, "*/*": 0}
		if n, matches := exactly[named]; matches && n > found.exactly {
			found = rank{quality(parameters), n, position}
		}
	}
	return found
}

func quality(parameters map[string]string) float64 {
	text, given := parameters["q"]
	if !given {
		return 1
	}
	q, err := strconv.ParseFloat(text, 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}

// Media types of the start page.
const (
	asText = "text/plain"
	asHTML = "text/html"
	asJSON = "application/json"
)

// wanted is the form in which a client wants the start page. Whoever does not care is a program at a terminal, and gets text.
func wanted(r *http.Request) string {
	return preferred(r.Header.Values("Accept"), asText, asHTML, asJSON)
}
