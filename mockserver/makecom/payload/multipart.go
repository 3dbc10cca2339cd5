package payload

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"strings"
)

// parseMultipart reads multipart/form-data. Whatever is not part of a field is refused, since nothing would be left of it.
func parseMultipart(body []byte, boundary string, opts Options) (Object, error) {
	if boundary == "" {
		return nil, unreadable("The body is declared as multipart/form-data, and the Content-Type names no boundary.")
	}
	if err := framed(body, boundary); err != nil {
		return nil, err
	}
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	found := collector{object: Object{}}
	for number := 1; ; number++ {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return found.object, nil
		}
		if err != nil {
			return nil, unreadable("The body is declared as multipart/form-data and cannot be read as that: %v.", err)
		}
		name, value, err := readPart(part, number, opts)
		if err != nil {
			return nil, err
		}
		found.add(name, value)
	}
}

// framed wants the body to begin and to end with the boundary. Before and behind there may be white space.
func framed(body []byte, boundary string) error {
	delimiter := []byte("--" + boundary)
	before, _, found := bytes.Cut(body, delimiter)
	if !found {
		return unreadable("The body is declared as multipart/form-data with the boundary %q, and that is not in it.", boundary)
	}
	if len(bytes.TrimSpace(before)) > 0 {
		return unreadable("The multipart/form-data body has %d bytes before the first boundary %q.", len(before), boundary)
	}
	behind := behindLast(body, append(delimiter, "--"...))
	if behind == nil {
		return unreadable("The multipart/form-data body lacks the boundary %q at its end.", boundary)
	}
	if rest := bytes.TrimSpace(behind); len(rest) > 0 {
		return unreadable("The multipart/form-data body goes on for %d bytes after its last boundary %q.", len(rest), boundary)
	}
	return nil
}

// behindLast is what stands behind the first line that is nothing but the closing delimiter, nil where there is no such line.
func behindLast(body, closing []byte) []byte {
	for rest := body; ; {
		at := bytes.Index(rest, closing)
		if at < 0 {
			return nil
		}
		begins := at == 0 && len(rest) == len(body) || at > 0 && rest[at-1] == '\n'
		rest = rest[at+len(closing):]
		line, _, _ := bytes.Cut(rest, []byte("\n"))
		if begins && len(bytes.TrimSpace(line)) == 0 {
			return append([]byte{}, rest...)
		}
	}
}

// readPart is the name of a field with its text, or with an object for a file.
func readPart(part *multipart.Part, number int, opts Options) (name string, value any, err error) {
	disposition, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	name, named := params["name"]
	if err != nil || disposition != "form-data" || !named {
		return "", nil, unreadable("Part %d of the multipart/form-data body names no field: its Content-Disposition is %q.", number, part.Header.Get("Content-Disposition"))
	}
	content, err := readContent(part, name)
	if err != nil {
		return "", nil, err
	}
	if name, err = decoded([]byte(name), charset{}, "name of a field", opts); err != nil {
		return "", nil, err
	}
	if file, isFile := params["filename"]; isFile {
		value, err = fileOf(file, part.Header.Get("Content-Type"), content, opts)
	} else {
		value, err = fieldText(name, part.Header.Get("Content-Type"), content, opts)
	}
	return name, value, err
}

// readContent undoes the transfer encoding, which senders of mail leave in forms.
func readContent(part *multipart.Part, name string) ([]byte, error) {
	var plain io.Reader = part
	switch encoding := strings.ToLower(strings.TrimSpace(part.Header.Get("Content-Transfer-Encoding"))); encoding {
	case "", "7bit", "8bit", "binary":
	case "base64":
		plain = base64.NewDecoder(base64.StdEncoding, part)
	case "quoted-printable":
		plain = quotedprintable.NewReader(part)
	default:
		return nil, unsupported("The field %q has the Content-Transfer-Encoding %q; send it as it is.", name, encoding)
	}
	content, err := io.ReadAll(plain)
	if err != nil {
		return nil, unreadable("The field %q of the multipart/form-data body cannot be read to its end: %v.", name, err)
	}
	return content, nil
}

func fileOf(file, kind string, content []byte, opts Options) (any, error) {
	name, err := decoded([]byte(file), charset{}, "name of a file", opts)
	return Object{{"name", name}, {"mime", headerText(kind)}, {"data", content}}, err
}

func fieldText(name, kind string, content []byte, opts Options) (any, error) {
	m, err := parseMedia(kind)
	if err != nil {
		return nil, err
	}
	set, err := declared(m.params["charset"], opts)
	if err != nil {
		return nil, err
	}
	return decoded(content, set, "field "+name, opts)
}
