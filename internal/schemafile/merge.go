package schemafile

import "go.yaml.in/yaml/v3"

// membersOf lists names and values of a mapping by turns, and then what it merges (<<) and does not have itself. The tree was
// bounded before, so that it does not contain itself.
func membersOf(n *yaml.Node) ([]*yaml.Node, *Error) {
	var own, others []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.ShortTag() != "!!merge" {
			own = append(own, key, value)
			continue
		}
		merged, wrong := sources(value)
		if wrong != nil {
			return nil, wrong
		}
		others = append(others, merged...)
	}
	if others == nil {
		return own, nil
	}
	return override(own, others), nil
}

// sources are the members of the mappings that a merge names.
func sources(value *yaml.Node) ([]*yaml.Node, *Error) {
	named := []*yaml.Node{resolve(value)}
	if named[0].Kind == yaml.SequenceNode {
		named = named[0].Content
	}
	var all []*yaml.Node
	for _, each := range named {
		each = resolve(each)
		if each.Kind != yaml.MappingNode {
			return nil, refuse(value, "<< takes a mapping, or a list of mappings")
		}
		members, wrong := membersOf(each)
		if wrong != nil {
			return nil, wrong
		}
		all = append(all, members...)
	}
	return all, nil
}

// override adds those of the other members whose names are new.
func override(own, others []*yaml.Node) []*yaml.Node {
	names := map[string]bool{}
	for i := 0; i < len(own); i += 2 {
		names[own[i].Value] = true
	}
	for i := 0; i < len(others); i += 2 {
		if name := others[i].Value; !names[name] {
			names[name] = true
			own = append(own, others[i], others[i+1])
		}
	}
	return own
}
