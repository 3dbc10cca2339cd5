package schemafile

import (
	"fmt"
	"iter"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// field is a place in a tree: its name and its node.
type field struct {
	path string
	key  *yaml.Node // of the member that it is; nil for elements and the root
	node *yaml.Node
}

// locate follows a JSON pointer's tokens as far as the tree goes.
func locate(root *yaml.Node, tokens []string) field {
	at := field{node: resolve(root)}
	for _, token := range tokens {
		at = at.child(token)
	}
	return at
}

func (f field) child(token string) field {
	if f.node.Kind == yaml.SequenceNode {
		i, err := strconv.Atoi(token)
		if err != nil || i < 0 || i >= len(f.node.Content) {
			return f
		}
		return field{path: f.path + "[" + token + "]", node: resolve(f.node.Content[i])}
	}
	members, _ := membersOf(f.node) // what is wrong with them is told when they are encoded
	for i := 0; i < len(members); i += 2 {
		if key := members[i]; key.Value == token {
			return field{path: f.path + member(f.path, token), key: key, node: resolve(members[i+1])}
		}
	}
	return f
}

// children are the elements or members of a place.
func (f field) children() iter.Seq[field] {
	return func(yield func(field) bool) {
		content := f.node.Content
		for i, n := range content {
			at := field{path: fmt.Sprintf("%s[%d]", f.path, i), node: resolve(n)}
			if f.node.Kind == yaml.MappingNode {
				if i%2 == 0 {
					continue
				}
				at.key, at.path = content[i-1], f.path+member(f.path, content[i-1].Value)
			}
			if !yield(at) {
				return
			}
		}
	}
}

// resolve follows aliases.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

var plain = lazyregexp.New(`^[A-Za-z_$][A-Za-z0-9_$-]*$`)

func member(path, name string) string {
	switch {
	case !plain().MatchString(name):
		return fmt.Sprintf("[%q]", name)
	case path == "":
		return name
	default:
		return "." + name
	}
}

// pathOf is the name of a node's place, "" when it is not in the tree.
func pathOf(root, target *yaml.Node) string {
	path, _ := search(field{node: root}, target)
	return path
}

func search(from field, target *yaml.Node) (string, bool) {
	if from.node == target {
		return from.path, true
	}
	for child := range from.children() {
		if path, ok := search(child, target); ok {
			return path, true
		}
	}
	return "", false
}
