package payload

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"
)

// ErrTooLarge is returned for a body that is larger than Options.Limit once it is decompressed.
var ErrTooLarge = errors.New("the decompressed body is too large")

// mostEncodings bounds how often one body is decompressed.
const mostEncodings = 3

// inflate undoes what Content-Encoding names, the last of them first.
func inflate(body []byte, encodings []string, opts Options) ([]byte, error) {
	if len(encodings) == 0 || len(body) == 0 {
		return body, nil
	}
	if opts.RefuseEncoded {
		return nil, unsupported("The body has the Content-Encoding %q; send it as it is.", strings.Join(encodings, ", "))
	}
	if len(encodings) > mostEncodings {
		return nil, unsupported("The body has %d Content-Encodings; %d are undone at most.", len(encodings), mostEncodings)
	}
	var err error
	for i := len(encodings) - 1; i >= 0; i-- {
		if body, err = decompress(body, encodings[i], opts.Limit); err != nil {
			return nil, err
		}
	}
	return body, nil
}

// encodingsOf lists the names of a Content-Encoding in lower case, without identity.
func encodingsOf(header string) []string {
	var names []string
	for name := range strings.SplitSeq(header, ",") {
		if name = strings.ToLower(strings.Trim(name, " \t")); name != "" && name != "identity" {
			names = append(names, name)
		}
	}
	return names
}

func decompress(body []byte, name string, limit int) ([]byte, error) {
	source := bytes.NewReader(body)
	var stream io.Reader
	var err error
	switch name {
	case "gzip", "x-gzip":
		stream, err = gzip.NewReader(source)
	case "deflate":
		stream, err = newInflater(source, body)
	default:
		return nil, unsupported("The body has the Content-Encoding %q; gzip and deflate can be undone here.", name)
	}
	if err != nil {
		return nil, unreadable("The body is declared as %s and is not: %v.", name, err)
	}
	plain, err := io.ReadAll(io.LimitReader(stream, int64(limit)+1))
	switch {
	case err != nil:
		return nil, unreadable("The body is declared as %s and cannot be read as that: %v.", name, err)
	case len(plain) > limit:
		return nil, ErrTooLarge
	case source.Len() > 0:
		return nil, unreadable("The body is declared as %s and %d bytes follow the end of that.", name, source.Len())
	}
	return plain, nil
}

// newInflater reads deflate as the standard has it, with the header of zlib, and as some senders write it, without.
func newInflater(source *bytes.Reader, body []byte) (io.Reader, error) {
	const deflated = 8
	if len(body) > 1 && body[0]&0x0f == deflated && (int(body[0])<<8|int(body[1]))%31 == 0 {
		return zlib.NewReader(source)
	}
	return flate.NewReader(source), nil
}
