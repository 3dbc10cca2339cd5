package journal

import (
	"encoding/binary"
	"net/http"
	"time"
)

// An entry is encoded as its members in their order. Numbers are varints, texts and lists follow their length. What it cites is no
// part of it: those are values of the program.

func (e *Entry) encode(to []byte) []byte {
	to = appendBool(to, e.Command)
	to = appendText(to, e.World)
	to = appendTime(to, e.At)
	to = binary.AppendVarint(to, int64(e.Took))
	for _, text := range [...]string{e.API, e.Operation, e.Fault, e.Mutant} {
		to = appendText(to, text)
	}
	to = e.Transition.encode(to)
	for _, text := range [...]string{e.Request.Method, e.Request.Host, e.Request.Path} {
		to = appendText(to, text)
	}
	to = appendBody(appendHeader(to, e.Request.Header), e.Request.Body)
	to = binary.AppendVarint(to, int64(e.Response.Status))
	to = appendBody(appendHeader(to, e.Response.Header), e.Response.Body)
	return binary.AppendUvarint(to, e.Moment)
}

func (r *record) decode() *Entry {
	d := decoder{string(r.bytes[numbered:])}
	e := &Entry{Number: binary.LittleEndian.Uint64(r.bytes), Requirements: r.requirements}
	e.Command = d.bool()
	e.World = d.text()
	e.At = d.time()
	e.Took = time.Duration(d.number())
	for _, text := range [...]*string{&e.API, &e.Operation, &e.Fault, &e.Mutant} {
		*text = d.text()
	}
	e.Transition = d.transition()
	for _, text := range [...]*string{&e.Request.Method, &e.Request.Host, &e.Request.Path} {
		*text = d.text()
	}
	e.Request.Header, e.Request.Body = d.header(), d.body()
	e.Response.Status = int(d.number())
	e.Response.Header, e.Response.Body = d.header(), d.body()
	if d.rest != "" { // entries that were written down before moments were kept end here
		e.Moment = d.unsigned()
	}
	return e
}

func (t *Transition) encode(to []byte) []byte {
	to = appendText(to, t.Thing)
	if t.Thing == "" {
		return to
	}
	for _, text := range [...]string{t.ID, t.From, t.To} {
		to = appendText(to, text)
	}
	to = binary.AppendVarint(to, int64(t.Count))
	to = binary.AppendUvarint(to, uint64(len(t.IDs)))
	for _, id := range t.IDs {
		to = appendText(to, id)
	}
	return to
}

func appendBool(to []byte, is bool) []byte {
	if is {
		return append(to, 1)
	}
	return append(to, 0)
}

func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// appendTime keeps the offset from UTC and not the name of the place.
func appendTime(to []byte, at time.Time) []byte {
	_, offset := at.Zone()
	to = binary.AppendVarint(to, at.Unix())
	to = binary.AppendVarint(to, int64(at.Nanosecond()))
	return binary.AppendVarint(to, int64(offset))
}

// appendHeader writes one more than the number of names, and 0 for no header at all.
func appendHeader(to []byte, header http.Header) []byte {
	if header == nil {
		return append(to, 0)
	}
	to = binary.AppendUvarint(to, uint64(len(header))+1)
	for name, values := range header {
		to = appendText(to, name)
		to = binary.AppendUvarint(to, uint64(len(values)))
		for _, value := range values {
			to = appendText(to, value)
		}
	}
	return to
}

func appendBody(to []byte, b Body) []byte {
	to = binary.AppendVarint(to, int64(b.Size))
	return append(binary.AppendUvarint(to, uint64(len(b.Bytes))), b.Bytes...)
}

// decoder reads what was encoded here: it trusts it.
type decoder struct{ rest string }

func (d *decoder) unsigned() uint64 {
	var n uint64
	for shift := 0; ; shift += 7 {
		b := d.rest[0]
		d.rest = d.rest[1:]
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
}

func (d *decoder) number() int64 {
	n := d.unsigned()
	return int64(n>>1) ^ -int64(n&1)
}

func (d *decoder) bool() bool { return d.unsigned() == 1 }

func (d *decoder) text() string {
	n := d.unsigned()
	text := d.rest[:n]
	d.rest = d.rest[n:]
	return text
}

func (d *decoder) time() time.Time {
	seconds, nanoseconds, offset := d.number(), d.number(), d.number()
	at := time.Unix(seconds, nanoseconds).UTC()
	if offset != 0 {
		at = at.In(time.FixedZone("", int(offset)))
	}
	return at
}

func (d *decoder) transition() (t Transition) {
	if t.Thing = d.text(); t.Thing == "" {
		return t
	}
	for _, text := range [...]*string{&t.ID, &t.From, &t.To} {
		*text = d.text()
	}
	t.Count = int(d.number())
	t.IDs = d.texts(d.unsigned())
	return t
}

func (d *decoder) texts(n uint64) []string {
	if n == 0 {
		return nil
	}
	texts := make([]string, n)
	for i := range texts {
		texts[i] = d.text()
	}
	return texts
}

func (d *decoder) header() http.Header {
	n := d.unsigned()
	if n == 0 {
		return nil
	}
	header := make(http.Header, n-1)
	for range n - 1 {
		name := d.text()
		header[name] = d.texts(d.unsigned())
	}
	return header
}

func (d *decoder) body() Body {
	b := Body{Size: int(d.number())}
	if text := d.text(); text != "" {
		b.Bytes = []byte(text)
	}
	return b
}
