package agent

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// mostLine is how long one message may be, in bytes.
const mostLine = 16 << 20

// Lines is a transport with one message a line. The library's own ends at the first line that is no message; here such a line is
// answered with what is wrong, and the next one is read.
func Lines(in io.Reader, out io.Writer) mcp.Transport { return &lines{in: in, out: out} }

// lines is both the transport and its one connection.
type lines struct {
	in       io.Reader
	messages chan jsonrpc.Message
	ended    error // why messages is closed
	closed   chan struct{}
	close    sync.Once

	writing sync.Mutex
	out     io.Writer
}

// Connect implements mcp.Transport.
func (l *lines) Connect(context.Context) (mcp.Connection, error) {
	l.messages, l.closed = make(chan jsonrpc.Message), make(chan struct{})
	go l.follow()
	return l, nil
}

// SessionID implements mcp.Connection.
func (*lines) SessionID() string { return "" }

// Read implements mcp.Connection.
func (l *lines) Read(ctx context.Context) (jsonrpc.Message, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.closed:
		return nil, io.EOF
	case m, more := <-l.messages:
		if !more {
			return nil, l.ended
		}
		return m, nil
	}
}

// Write implements mcp.Connection.
func (l *lines) Write(_ context.Context, m jsonrpc.Message) error {
	if r, ok := m.(*jsonrpc.Response); ok && r.Error != nil && !errors.As(r.Error, new(*jsonrpc.Error)) {
		// The library gives no code to what it refuses, such as a call before initialize.
		r.Error = &jsonrpc.Error{Code: jsonrpc.CodeInvalidRequest, Message: r.Error.Error()}
	}
	data, err := jsonrpc.EncodeMessage(m)
	if err != nil {
		return err
	}
	return l.print(data)
}

func (l *lines) print(line []byte) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	_, err := l.out.Write(append(line, '\n'))
	return err
}

// Close implements mcp.Connection.
func (l *lines) Close() error {
	l.close.Do(func() { close(l.closed) })
	return nil
}

// follow reads to the end of the input.
func (l *lines) follow() {
	defer close(l.messages)
	for r := bufio.NewReader(l.in); ; {
		line, err := readLine(r)
		if err == nil || errors.Is(err, io.EOF) {
			if more := l.take(line); !more {
				err = io.EOF
			}
		}
		if errors.Is(err, errLong) {
			err = l.refuse(jsonrpc.CodeInvalidRequest, err.Error())
		}
		if err != nil {
			l.ended = err
			return
		}
	}
}

var errLong = fmt.Errorf("the line is longer than %d MiB; send less at once", mostLine>>20)

// readLine reads to the end of a line. Of one that is too long it keeps nothing.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line bytes.Buffer // grows by doubling
	for long := false; ; {
		part, err := r.ReadSlice('\n')
		if long = long || line.Len()+len(part) > mostLine; long {
			line = bytes.Buffer{}
		} else {
			line.Write(part)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if long && err == nil {
			err = errLong
		}
		return line.Bytes(), err
	}
}

// take hands on the messages of a line, and reports false when nobody reads any more. A line may hold several in an array, as early
// versions of the protocol have it; each is answered on a line of its own.
func (l *lines) take(line []byte) bool {
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return true
	}
	if !json.Valid(line) {
		return l.refuse(jsonrpc.CodeParseError, "the line is no JSON; send one JSON-RPC message a line") == nil
	}
	var batch []json.RawMessage
	if json.Unmarshal(line, &batch) != nil {
		return l.message(line)
	}
	if len(batch) == 0 {
		return l.refuse(jsonrpc.CodeInvalidRequest, "the array is empty; send a JSON-RPC message") == nil
	}
	for _, m := range batch {
		if !l.message(m) {
			return false
		}
	}
	return true
}

func (l *lines) message(data []byte) bool {
	m, err := jsonrpc.DecodeMessage(data)
	if err != nil {
		return l.refuse(jsonrpc.CodeInvalidRequest, fmt.Sprintf("no JSON-RPC 2.0 message: %v; send an object with jsonrpc, id, method and params", err)) == nil
	}
	select {
	case l.messages <- m:
		return true
	case <-l.closed:
		return false
	}
}

// refuse answers a line that is no message: nobody knows its id.
func (l *lines) refuse(code int, why string) error {
	data, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": nil, "error": jsonrpc.Error{Code: int64(code), Message: why}})
	if err != nil {
		return err
	}
	return l.print(data)
}
