package mockapi

import (
	"encoding/json"
	"fmt"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// written is a command in a world file.
type written struct {
	Kind    string          `json:"kind"`
	Command json.RawMessage `json:"command"`
}

// RebuiltFile is the part of a world file for a state that can be rebuilt ([world.Rebuilder]): the commands that make it again.
func RebuiltFile(part world.Part) *File {
	return &File{
		Encode: func(b world.Base) (any, error) {
			rebuilder, ok := b.States[part.Name].(world.Rebuilder)
			if !ok {
				return nil, world.ErrNoPart
			}
			var all []written
			for c := range rebuilder.Rebuild() {
				text, err := json.Marshal(c)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", c.Kind(), err)
				}
				all = append(all, written{c.Kind(), text})
			}
			return map[string]any{"commands": all}, nil
		},
		Decode: func(raw json.RawMessage, _ FileHead, b *world.Base) error {
			var member struct {
				Commands []written `json:"commands"`
			}
			if err := json.Unmarshal(raw, &member); err != nil {
				return err
			}
			for i, w := range member.Commands {
				c, err := part.ReadCommand(w.Kind, w.Command)
				if err != nil {
					return fmt.Errorf("commands[%d]: %w", i, err)
				}
				b.Commands = append(b.Commands, c)
			}
			return nil
		},
	}
}
