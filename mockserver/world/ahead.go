package world

import (
	"bytes"
	"runtime"
)

// aheadBytes is about how much text of records one goroutine decodes at a time. As much is decoded where it is read: most worlds are small.
const aheadBytes = 128 << 10

// ahead applies records in their order, and decodes those that come next meanwhile: most of a start would be spent on JSON otherwise.
type ahead struct {
	registry *Registry
	apply    func(Record) error

	read    int // bytes
	filling *chunk
	waiting []*chunk // the next one first
}

// chunk is records that follow one another.
type chunk struct {
	texts   [][]byte
	size    int
	records []Record
	err     error // of what comes after them
	done    chan struct{}
}

// text takes the text of a record, which is the caller's again afterwards. An error may be that of an earlier one.
func (a *ahead) text(text []byte) error {
	if a.read += len(text); a.read <= aheadBytes {
		record, err := a.registry.ReadRecord(text)
		if err != nil {
			return err
		}
		return a.apply(record)
	}
	if a.filling == nil {
		a.filling = &chunk{done: make(chan struct{})}
	}
	c := a.filling
	c.texts, c.size = append(c.texts, bytes.Clone(text)), c.size+len(text)
	if c.size < aheadBytes {
		return nil
	}
	a.begin()
	if len(a.waiting) > runtime.GOMAXPROCS(0) {
		return a.next()
	}
	return nil
}

// begin has what was filled decoded.
func (a *ahead) begin() {
	if c := a.filling; c != nil {
		a.filling, a.waiting = nil, append(a.waiting, c)
		go c.decode(a.registry)
	}
}

func (c *chunk) decode(r *Registry) {
	defer close(c.done)
	for _, text := range c.texts {
		record, err := r.ReadRecord(text)
		if err != nil {
			c.err = err
			break
		}
		c.records = append(c.records, record)
	}
	c.texts = nil
}

// next applies what was begun first.
func (a *ahead) next() error {
	c := a.waiting[0]
	a.waiting = a.waiting[1:]
	<-c.done
	for _, record := range c.records {
		if err := a.apply(record); err != nil {
			return err
		}
	}
	return c.err
}

// end applies the rest.
func (a *ahead) end() error {
	a.begin()
	for len(a.waiting) > 0 {
		if err := a.next(); err != nil {
			return err
		}
	}
	return nil
}
