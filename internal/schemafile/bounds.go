package schemafile

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// What a text may come to. A text beyond is refused before anything is built of it.
const (
	// MaxValues bounds the values of a text, those that aliases and merges repeat included.
	MaxValues = 1 << 20
	// maxMarks bounds the places of a YAML text at which a value may begin. Its reader needs a kilobyte for each.
	maxMarks = 1 << 19
	// maxRepeated bounds the bytes that aliases and merges add.
	maxRepeated = 16 << 20
	// maxDepth bounds how deep values are nested.
	maxDepth = 500
)

// marks counts the places of a YAML text at which a value may begin. It counts those in texts and comments as well, and so
// never too few: line ends, commas and opening brackets, and the signs of members and elements.
func marks(text []byte) int {
	n := bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte(",")) + bytes.Count(text, []byte("[")) + bytes.Count(text, []byte("{"))
	for _, sign := range []string{"- ", "-\t", "? ", "?\t", ": ", ":\t"} {
		n += bytes.Count(text, []byte(sign))
	}
	return n
}

// extent is what a node comes to when its aliases are written out.
type extent struct {
	values, bytes, depth int
}

// measurer measures a node that has an anchor once, however many aliases lead to it. No other one is come to twice.
type measurer struct {
	known map[*yaml.Node]extent
	open  map[*yaml.Node]bool // those that are being measured: an alias to one of them has no end
}

// bound refuses a tree that comes to too much.
func bound(root *yaml.Node, text []byte) *Error {
	m := measurer{known: map[*yaml.Node]extent{}, open: map[*yaml.Node]bool{}}
	all, wrong := m.measure(root, 1)
	switch {
	case wrong != nil:
		return wrong
	case all.depth > maxDepth:
		return refuse(root, "it is nested more than %d deep", maxDepth)
	case all.values > MaxValues:
		return refuse(root, "it has more than %d values; divide it", MaxValues)
	case all.bytes > len(text)+maxRepeated:
		return refuse(root, "aliases make it larger by more than %d MiB; write it out, or divide it", maxRepeated>>20)
	}
	return nil
}

func (m *measurer) measure(n *yaml.Node, depth int) (extent, *Error) {
	if e, ok := m.known[n]; ok {
		return e, nil
	}
	if n.Anchor != "" {
		m.open[n] = true
		defer delete(m.open, n)
	}
	e := extent{values: 1, bytes: len(n.Value) + 2}
	for _, inner := range inside(n) {
		if m.open[inner] || depth > maxDepth {
			return e, refuse(n, "it is nested more than %d deep, or contains itself", maxDepth)
		}
		of, wrong := m.measure(inner, depth+1)
		if wrong != nil {
			return e, wrong
		}
		// Sums stop growing far beyond the bounds, so that they cannot wrap.
		e.values = min(e.values+of.values, 2*MaxValues)
		e.bytes = min(e.bytes+of.bytes, 1<<40)
		e.depth = max(e.depth, of.depth+1)
	}
	if n.Anchor != "" {
		m.known[n] = e
	}
	return e, nil
}

// inside is what a node holds: for an alias, what it stands for.
func inside(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.AliasNode {
		return []*yaml.Node{n.Alias}
	}
	return n.Content
}
