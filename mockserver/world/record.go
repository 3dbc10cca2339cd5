package world

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"time"
)

// Record is a command and the moment at which a world applied it. A world that starts from the same contents becomes equal by
// applying the same records in the same order.
type Record struct {
	At       time.Time
	Resets   uint64
	Requests uint64 // ids of requests given by then; reading requests take some without a record
	Command  Command
}

type recordForm struct {
	At       time.Time       `json:"at"`
	Resets   uint64          `json:"resets,omitempty"`
	Requests uint64          `json:"requests,omitempty"`
	Kind     string          `json:"kind"`
	Command  json.RawMessage `json:"command"`
}

// MarshalJSON implements json.Marshaler.
func (r Record) MarshalJSON() ([]byte, error) {
	command, err := json.Marshal(r.Command)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Command.Kind(), err)
	}
	return json.Marshal(recordForm{r.At, r.Resets, r.Requests, r.Command.Kind(), command})
}

// ReadRecord reads what [Record.MarshalJSON] wrote.
func (r *Registry) ReadRecord(text []byte) (Record, error) {
	form, err := readForm(text)
	if err != nil {
		return Record{}, fmt.Errorf("record: %w", err)
	}
	command, err := readCommand(r.kinds(), form.Kind, form.Command)
	if err != nil {
		return Record{}, fmt.Errorf("record: %w", err)
	}
	return Record{At: form.At, Resets: form.Resets, Requests: form.Requests, Command: command}, nil
}

// readForm reads everything but the command, which comes last and is most of a record: it is looked at once, when it is decoded.
func readForm(text []byte) (form recordForm, err error) {
	head, command, found := bytes.Cut(text, []byte(`,"command":`))
	if !found || !bytes.HasSuffix(command, []byte("}")) {
		return form, json.Unmarshal(text, &form)
	}
	if err := json.Unmarshal(append(bytes.Clone(head), '}'), &form); err != nil {
		return form, err
	}
	form.Command = command[:len(command)-1]
	return form, nil
}

// ReadCommand reads a command of the part, of which its JSON was written.
func (p Part) ReadCommand(kind string, text []byte) (Command, error) {
	kinds := map[string]reflect.Type{}
	for _, c := range p.Commands() {
		kinds[c.Kind()] = reflect.TypeOf(c)
	}
	return readCommand(kinds, kind, text)
}

func readCommand(kinds map[string]reflect.Type, kind string, text []byte) (Command, error) {
	of, known := kinds[kind]
	if !known {
		return nil, fmt.Errorf("no API of this server has commands of the kind %q", kind)
	}
	value := reflect.New(of)
	if err := json.Unmarshal(text, value.Interface()); err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	command, ok := value.Elem().Interface().(Command)
	if !ok {
		return nil, fmt.Errorf("%q is no command", kind)
	}
	return command, nil
}

// kindsOf are the types of all commands, by kind.
func kindsOf(parts []Part) map[string]reflect.Type {
	kinds := map[string]reflect.Type{}
	for _, c := range append(Commands(), LoseToken{}, restoreDelivery{}) { // what logs alone have
		kinds[c.Kind()] = reflect.TypeOf(c)
	}
	for _, p := range parts {
		for _, c := range p.Commands() {
			kinds[c.Kind()] = reflect.TypeOf(c)
		}
	}
	return kinds
}

// Follow calls to with every command that the world applies from now on, in order, while nothing else can happen in the
// world; nil ends it. A command is encoded by whoever wants it encoded, and not before.
func (w *World) Follow(to func(Record)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.follower = to
}

// Replay applies a record at its own moment.
func (w *World) Replay(r Record) (any, error) {
	if _, ok := r.Command.(tokenCommand); ok {
		w.lockBoth()
		defer w.registry.mu.Unlock()
	} else {
		w.mu.Lock()
	}
	defer w.mu.Unlock()
	w.requests.Store(max(w.requests.Load(), r.Requests))
	m := w.moment()
	m.At, m.Resets = r.At, r.Resets
	return w.commit(r.Command, m)
}
