package schemafile

import (
	"fmt"
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
	for i := 0; i+1 < len(f.node.Content); i += 2 {
		if key := f.node.Content[i]; key.Value == token {
			return field{path: f.path + member(f.path, token), key: key, node: resolve(f.node.Content[i+1])}
		}
	}
	return f
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
	step := 1
	if from.node.Kind == yaml.MappingNode {
		step = 2
	}
	for i := 0; i+step <= len(from.node.Content); i += step {
		token := strconv.Itoa(i)
		if step == 2 {
			token = from.node.Content[i].Value
		}
		if path, ok := search(from.child(token), target); ok {
			return path, true
		}
	}
	return "", false
}
