package journal

// commandShare is the part of a journal's bytes that its commands may take beside the exchanges: one in four.
const commandShare = 4

// RecordCommand keeps a call of the control API that changed the world, at its place between the exchanges. It is none of
// them: it is not found, counted, verified or waited for, and pushes none of them out. What replays a journal needs it.
func (j *Journal) RecordCommand(e *Entry) {
	e.Command = true
	encoded := e.encode(nil)
	j.mu.Lock()
	defer j.mu.Unlock()
	e.Number = j.next
	j.noted++
	j.move()
	j.commands.add(e.Number, encoded, e.Requirements, j.commandLimits())
}

func (j *Journal) commandLimits() Limits {
	return Limits{Entries: j.limits.Entries, Bytes: j.limits.Bytes / commandShare}
}

// WithCommands puts the commands that are kept to their places between exchanges of the journal, which are oldest first.
func (j *Journal) WithCommands(exchanges []*Entry) []*Entry {
	j.mu.Lock()
	kept := j.commands.list()
	j.mu.Unlock()
	commands := decoded(kept)
	all := make([]*Entry, 0, len(exchanges)+len(commands))
	for _, e := range exchanges {
		for len(commands) > 0 && commands[0].Number < e.Number {
			all, commands = append(all, commands[0]), commands[1:]
		}
		all = append(all, e)
	}
	return append(all, commands...)
}
