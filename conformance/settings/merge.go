package settings

import "go.yaml.in/yaml/v3"

// meant is the node that an alias stands for.
func meant(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// membersOf lists names and values of a mapping by turns, and then what it merges (<<) and does not have itself. What was
// merged on the way is not merged again: a mapping can name itself.
func membersOf(node *yaml.Node, merged map[*yaml.Node]bool) []*yaml.Node {
	merged[node] = true
	var own, others []*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Tag != "!!merge" {
			own = append(own, node.Content[i], node.Content[i+1])
			continue
		}
		for _, source := range sources(node.Content[i+1]) {
			if !merged[source] {
				others = append(others, membersOf(source, merged)...)
			}
		}
	}
	return override(own, others)
}

// sources are the mappings that a merge names. What it names else is for the YAML library to refuse.
func sources(node *yaml.Node) []*yaml.Node {
	named := []*yaml.Node{meant(node)}
	if named[0].Kind == yaml.SequenceNode {
		named = named[0].Content
	}
	var all []*yaml.Node
	for _, each := range named {
		if each = meant(each); each.Kind == yaml.MappingNode {
			all = append(all, each)
		}
	}
	return all
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
