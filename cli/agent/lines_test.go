package agent_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/cli/agent"
)

// session runs a server on a pair of pipes: what is written to in is answered on out. It ends with in.
func session(t *testing.T) (in *io.PipeWriter, out *bufio.Scanner, ended chan error) {
	t.Helper()
	stdin, in := io.Pipe()
	answers, stdout := io.Pipe()
	server := mcp.NewServer(&mcp.Implementation{Name: "test"}, nil)
	ended = make(chan error, 1)
	go func() {
		ended <- server.Run(t.Context(), agent.Lines(stdin, stdout))
		_ = stdout.Close()
	}()
	late := time.AfterFunc(time.Minute, func() { _ = answers.CloseWithError(errors.New("no answer for a minute")) })
	t.Cleanup(func() { late.Stop(); _ = in.Close() })
	return in, bufio.NewScanner(answers), ended
}

type answer struct {
	ID    any
	Error *struct {
		Code    int
		Message string
	}
}

func ask(t *testing.T, in io.Writer, out *bufio.Scanner, line string) (a answer) {
	t.Helper()
	if _, err := io.WriteString(in, line+"\n"); err != nil {
		t.Fatalf("%.80s: %v", line, err)
	}
	if !out.Scan() {
		t.Fatalf("%.80s: the session is over: %v", line, out.Err())
	}
	if err := json.Unmarshal(out.Bytes(), &a); err != nil {
		t.Fatalf("%.80s: answered %.200s: %v", line, out.Bytes(), err)
	}
	return a
}

const ping = `{"jsonrpc":"2.0","id":7,"method":"ping"}`

// A line that is no message is answered with the error of JSON-RPC, and the session goes on.
func TestASessionOutlivesOddLines(t *testing.T) {
	t.Parallel()
	in, out, ended := session(t)
	for line, code := range map[string]int{
		`nonsense`: -32700, `{"jsonrpc":"2.0","id":1,"method":"ping"`: -32700, `{} {}`: -32700, ping + `x`: -32700, "\xff\x00": -32700,
		`{}`: -32600, `[]`: -32600, `5`: -32600, `null`: -32600, `"ping"`: -32600, `[5]`: -32600, `[[]]`: -32600,
		`{"jsonrpc":"1.0","id":1,"method":"ping"}`: -32600, `{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}`: -32600,
		`{"jsonrpc":"2.0","id":1,"method":5}`: -32600, `{"jsonrpc":"2.0","id":1,"method":["ping"]}`: -32600,
		`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`: -32600, // before initialize
		strings.Repeat(" ", 1<<20) + ping + "]":          -32700,
		`"` + strings.Repeat("x", 17<<20) + `"`:          -32600,
		strings.Repeat("[", 20000):                       -32700,
		`{"jsonrpc":"2.0","id":1,"method":"no/such"}`:    -32600,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call"}`: -32600,
		`{"jsonrpc":"2.0","id":1,"method":""}`:           -32600,
		`{"jsonrpc":"2.0","id":1,"method":"initialize"}`: -32600,
	} {
		a := ask(t, in, out, line)
		if a.Error == nil || a.Error.Code != code || a.Error.Message == "" {
			t.Errorf("%.80s: got %+v, want the error %d", line, a.Error, code)
		}
		if a := ask(t, in, out, "\n  \r\n"+ping+"\r"); a.Error != nil || a.ID != 7. {
			t.Fatalf("after %.80s: a ping is answered with %+v", line, a)
		}
	}
	_ = in.Close()
	if err := <-ended; err != nil {
		t.Errorf("at the end of the input: %v", err)
	}
}

// Several messages in an array are answered one by one.
func TestMessagesInAnArray(t *testing.T) {
	t.Parallel()
	in, out, _ := session(t)
	first := ask(t, in, out, "["+ping+`, 5, `+strings.Replace(ping, "7", "8", 1)+"]") // an id that is under way may not come again
	answered := []answer{first}
	for range 2 {
		if !out.Scan() {
			t.Fatal("an answer is missing")
		}
		var a answer
		if err := json.Unmarshal(out.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		answered = append(answered, a)
	}
	pings, refused := 0, 0
	for _, a := range answered {
		switch {
		case a.Error == nil && (a.ID == 7. || a.ID == 8.):
			pings++
		case a.Error != nil && a.Error.Code == -32600 && a.ID == nil:
			refused++
		}
	}
	if pings != 2 || refused != 1 {
		t.Errorf("got %d pings and %d refusals: %+v", pings, refused, answered)
	}
}
