package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ownServer starts the address of the mock in the documents as they are written.
const ownServer = "http://127.0.0.1:8654"

// document is an OpenAPI document that names one server, this one.
type document struct {
	root *yaml.Node
}

// readDocument parses a document and points it at the server that is reached at baseURL. Of every list of servers, only the
// mock's own entry stays: whoever imports the document is to call the mock, not the vendor.
func readDocument(text []byte, baseURL, basePath string) (*document, error) {
	var file yaml.Node
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	if len(file.Content) != 1 || file.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("the document is no mapping")
	}
	root := file.Content[0]
	if member(root, "servers") == nil {
		at := 2 * min(2, len(root.Content)/2) // behind openapi and info
		root.Content = slices.Insert(root.Content, at, scalar("servers"), &yaml.Node{Kind: yaml.SequenceNode})
	}
	redirect(root, baseURL, baseURL+basePath)
	atOneServer(root, baseURL)
	return &document{root}, nil
}

// atOneServer has every path begin at the one server of the document. Postman and Insomnia read no servers of single paths: they would call
// /wh/{udid} below the base path of the API. A document without such paths stays as it is.
func atOneServer(root *yaml.Node, baseURL string) {
	paths, servers := member(root, "paths"), member(root, "servers")
	base := strings.TrimPrefix(urlOf(servers), baseURL)
	common := base
	own := map[*yaml.Node]string{} // where the server of a path lies, below the base URL
	for i := 1; i < len(paths.Content); i += 2 {
		if of := member(paths.Content[i], "servers"); of != nil {
			own[paths.Content[i]] = strings.TrimPrefix(urlOf(of), baseURL)
			for common != "" && !strings.HasPrefix(own[paths.Content[i]]+"/", common+"/") {
				common = common[:strings.LastIndex(common, "/")]
			}
		}
	}
	if len(own) == 0 {
		return
	}
	for i := 0; i < len(paths.Content); i += 2 {
		item, at := paths.Content[i+1], base
		if of, has := own[item]; has {
			at = of
			remove(item, "servers")
		}
		paths.Content[i].Value = strings.TrimPrefix(at, common) + paths.Content[i].Value
	}
	member(servers.Content[0], "url").Value = baseURL + common
}

// urlOf is the address of the first server of a list, which [redirect] has left.
func urlOf(servers *yaml.Node) string {
	if servers.Kind == yaml.AliasNode {
		servers = servers.Alias
	}
	return member(servers.Content[0], "url").Value
}

func remove(node *yaml.Node, key string) {
	for i := 0; i < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			node.Content = slices.Delete(node.Content, i, i+2)
			return
		}
	}
}

// redirect replaces every list of servers at and below a node.
func redirect(node *yaml.Node, baseURL, otherwise string) {
	for i := 0; node.Kind == yaml.MappingNode && i < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		if name.Value == "servers" && value.Kind == yaml.SequenceNode {
			value.Content = []*yaml.Node{server(value, baseURL, otherwise)}
			continue
		}
		redirect(value, baseURL, otherwise)
	}
	for i := 0; node.Kind == yaml.SequenceNode && i < len(node.Content); i++ {
		redirect(node.Content[i], baseURL, otherwise)
	}
}

func server(list *yaml.Node, baseURL, otherwise string) *yaml.Node {
	url := otherwise
	for _, s := range list.Content {
		if u := member(s, "url"); u != nil && strings.HasPrefix(u.Value, ownServer) {
			url = baseURL + strings.TrimPrefix(u.Value, ownServer)
		}
	}
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar("url"), scalar(url), scalar("description"), scalar("this mock")}}
}

func scalar(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

// member is the value of a mapping's key, nil for none.
func member(node *yaml.Node, key string) *yaml.Node {
	for i := 0; node.Kind == yaml.MappingNode && i < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

func (d *document) yaml() ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	err := e.Encode(d.root)
	return b.Bytes(), err
}

// json writes the members in the order of the document. Aliases are written out.
func (d *document) json() ([]byte, error) {
	var b bytes.Buffer
	if err := writeJSON(&b, d.root); err != nil {
		return nil, err
	}
	var indented bytes.Buffer
	err := json.Indent(&indented, b.Bytes(), "", "  ")
	return append(indented.Bytes(), '\n'), err
}

func writeJSON(b *bytes.Buffer, node *yaml.Node) error {
	switch node.Kind {
	case yaml.AliasNode:
		return writeJSON(b, node.Alias)
	case yaml.MappingNode:
		return writeMembers(b, node)
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, element := range node.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeJSON(b, element); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return nil
	default:
		return writeScalar(b, node)
	}
}

func writeMembers(b *bytes.Buffer, node *yaml.Node) error {
	b.WriteByte('{')
	for i := 0; i < len(node.Content); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		// A key is a name whatever YAML takes it for: a status such as 200 is one too.
		if err := writeValue(b, node.Content[i].Value); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := writeJSON(b, node.Content[i+1]); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

func writeScalar(b *bytes.Buffer, node *yaml.Node) error {
	var value any
	if err := node.Decode(&value); err != nil {
		return err
	}
	if t := node.ShortTag(); t == "!!int" || t == "!!float" {
		if json.Valid([]byte(node.Value)) {
			b.WriteString(node.Value) // every digit as it stands
			return nil
		}
	}
	if node.ShortTag() == "!!timestamp" {
		value = node.Value // JSON has no times
	}
	return writeValue(b, value)
}

func writeValue(b *bytes.Buffer, value any) error {
	text, err := json.Marshal(value)
	b.Write(text)
	return err
}
