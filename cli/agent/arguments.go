package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
	"github.com/understudy-mock/understudy/internal/near"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
)

// arguments are those of a tool.
type arguments struct {
	kinds    map[string]kind // by name
	required []string
	decode   func(json.RawMessage) error // into what the tool takes them in, nil for nothing
}

func (a arguments) names() []string { return slices.Sorted(maps.Keys(a.kinds)) }

// addTool adds a tool whose arguments are the members of In.
func addTool[In, Out any](s *server, to *mcp.Server, tool *mcp.Tool, handler mcp.ToolHandlerFor[In, Out]) {
	schema, err := jsonschema.For[In](nil)
	if err != nil {
		panic(err) // In is a type that has no schema
	}
	tool.InputSchema = schema
	a := arguments{kinds: map[string]kind{}, required: schema.Required, decode: func(given json.RawMessage) error {
		return json.Unmarshal(given, new(In))
	}}
	for name, property := range schema.Properties {
		a.kinds[name] = kindOf(property)
	}
	s.arguments[tool.Name] = a
	mcp.AddTool(to, tool, handler)
}

// checkNames refuses a call of a tool that there is not, and one with arguments that it does not know or lacks. The library refuses
// them too, and says less.
func (s *server) checkNames(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, r mcp.Request) (mcp.Result, error) {
		call, ok := r.GetParams().(*mcp.CallToolParamsRaw)
		if !ok {
			return next(ctx, method, r)
		}
		known, ok := s.arguments[call.Name]
		if !ok {
			return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: s.noTool(call.Name)}
		}
		if err := badProgressToken(call); err != nil {
			return nil, &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Message: err.Error()}
		}
		plain, err := known.check(call.Arguments)
		if err != nil {
			return failed(err), nil
		}
		call.Arguments = plain
		return next(ctx, method, r)
	}
}

func (s *server) noTool(name string) string {
	remedy := near.Remedy(name, slices.Collect(maps.Keys(s.arguments)))
	if remedy == "" {
		remedy = "tools/list has all"
	}
	return fmt.Sprintf("unknown tool %q; %s", beginning(name, mostCall), remedy)
}

// check returns the arguments as the tool can take them: a whole number is written as one.
func (a arguments) check(given json.RawMessage) (json.RawMessage, error) {
	members, err := members(given)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		kind, known := a.kinds[name]
		if !known {
			return nil, fmt.Errorf("%s: there is no such argument; %s", beginning(name, mostCall), a.remedy(name))
		}
		plain, fits := kind.plain(members[name])
		if !fits {
			return nil, fmt.Errorf("%s: must be %s, found %s%s", name, kind.words, beginning(string(members[name]), mostCall), kind.remedy(members[name]))
		}
		members[name] = plain
	}
	for _, name := range a.required {
		if _, ok := members[name]; !ok {
			return nil, fmt.Errorf("%s: it is missing; give it", name)
		}
	}
	plain, err := json.Marshal(members)
	if err != nil || a.decode == nil {
		return plain, err
	}
	if wrong := new(json.UnmarshalTypeError); errors.As(a.decode(plain), &wrong) {
		return nil, fmt.Errorf("%s: %s is out of range; give one from 0 to 2^53", wrong.Field, beginning(string(members[wrong.Field]), mostCall))
	}
	return plain, nil
}

func (a arguments) remedy(name string) string {
	if len(a.kinds) == 0 {
		return "leave it out, the tool takes none"
	}
	return near.Remedy(name, a.names())
}

// verifyTool is the tool that runs the suite, and so says what the command line does.
const verifyTool = "verify"

// named is a text of the command line for the tool verify: a flag that is an argument of the tool is called as the argument is.
func (s *server) named(text string) string {
	for _, name := range s.arguments[verifyTool].names() {
		flag := regexp.MustCompile(`--` + strings.TrimSuffix(strings.ReplaceAll(snake(name), "_", "-"), "s") + `s?\b`) // one flag for each of a list
		text = flag.ReplaceAllString(text, name)
	}
	text = printed().ReplaceAllString(text, "look_up_sentences")
	text = within().ReplaceAllString(text, "")
	text = alternative().ReplaceAllString(text, "")
	if elsewhere().MatchString(text) {
		text += " (this tool has no such setting; the command understudy " + verifyTool + " has it)"
	}
	return text
}

// What remedies of the command line offer that no tool has: the contract printed, and in one of several ways a flag or a target file.
var (
	printed     = lazyregexp.New(`understudy requirements \S+`)
	within      = lazyregexp.New(` \([^()]*target file[^()]*\)`)
	alternative = lazyregexp.New(`(?:,? or|,) [^,;()]*(?:--[a-z]|target file)[^,;()]*`)
	elsewhere   = lazyregexp.New(`--[a-z]+|target file`)
)

// members are the arguments by name. One that is given twice is refused: nobody knows which of the two is meant.
func members(given json.RawMessage) (map[string]json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	if len(given) == 0 || string(given) == "null" {
		return all, nil
	}
	object, err := jsonobject.Parse(given)
	if twice := new(jsonobject.DuplicateError); errors.As(err, &twice) {
		return nil, fmt.Errorf("%s: it is given twice; give it once", beginning(twice.Name, mostCall))
	}
	if err != nil {
		return nil, errors.New("arguments: they must be an object, name to value")
	}
	for _, m := range object {
		all[m.Name] = m.Value
	}
	return all, nil
}
