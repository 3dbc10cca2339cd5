package outsider

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
)

// line is one line of the journal: a thing as it is from then on.
type line struct {
	Kind  string          `json:"kind"` // entry, rule, hook or token
	ID    string          `json:"id"`
	Thing json.RawMessage `json:"thing"`
}

// note appends a thing to the journal. Needs mu.
func (s *Server) note(kind, id string, thing any) {
	if s.file == nil {
		return
	}
	data, err := json.Marshal(thing)
	if err == nil {
		data, err = json.Marshal(line{kind, id, data})
	}
	if err == nil {
		_, err = s.file.Write(append(data, '\n'))
	}
	if err != nil {
		panic("outsider: " + err.Error()) // a server that cannot keep its log must not go on
	}
}

// remember reads the journal, without a last line that was torn when the process was killed.
func (s *Server) remember(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	whole := int64(0)
	for in := bufio.NewReader(f); ; {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := s.recall(text); err != nil {
			return err
		}
		whole += int64(len(text))
	}
	if err := f.Truncate(whole); err != nil {
		return err
	}
	s.file = f
	_, err = f.Seek(whole, io.SeekStart)
	return err
}

func (s *Server) recall(text []byte) error {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	s.last++
	switch l.Kind {
	case "entry":
		return recalled(&s.shelf, l)
	case "rule":
		return recalled(&s.rules, l)
	case "hook":
		return recalled(&s.hooks, l)
	default:
		var scopes string
		err := json.Unmarshal(l.Thing, &scopes)
		s.tokens[l.ID] = scopes
		return err
	}
}

func recalled[T any](on *shelf[*T], l line) error {
	thing := new(T)
	on.put(l.ID, thing)
	return json.Unmarshal(l.Thing, thing)
}
