package mockapi

// Board is a part of an API's state as a person sees it: columns of cards, such as a queue or a log.
type Board struct {
	ID      string
	Title   string
	Note    string // a line about it as a whole
	Gone    string // what a card is that has left the board, such as deleted; gone when empty
	Columns []Column
	Actions []Action
}

// Column is the cards that are in the same condition.
type Column struct {
	ID, Title string
	Total     int    // of the column; Cards may be a part of it
	Cards     []Card // in the order of the state
}

// Card is one thing of the state.
type Card struct {
	ID      string
	Title   string
	Note    string
	Fields  []Field // what it holds, for whoever opens it
	Actions []Action
}

// Field is a named text.
type Field struct {
	Name, Value string
	Bytes       int // of the whole text, where Value is only its beginning; else 0
}

// Action is a call of the control API, or of the vendor's own, that somebody who looks at the state may want to make.
type Action struct {
	Label  string
	Method string
	Path   string // below the world in the control API, or from the root of the server for a call of the vendor's API
	Vendor bool   // it is a call of the vendor's API; {token} in Path, Header and Body stands for a token of the world
	Header map[string]string
	Body   any     // JSON; nil for none
	Inputs []Input // asked for before the call
}

// Input is a member of an action's body that a person gives.
type Input struct {
	Name  string // of the member; "" for the whole body
	Label string
	Kind  InputKind
	Value string // that it begins with
}

// InputKind says what a person may give.
type InputKind string

// The kinds of inputs.
const (
	InputText   InputKind = "text"
	InputNumber InputKind = "number"
	InputJSON   InputKind = "json"
)

// Look says which part of the state to show.
type Look struct {
	Board, Column string // "" for all
	Card          string // "" for all; the one with this id is shown alone, and whole
	Offset, Limit int    // of the cards of each column
}

// Wants reports whether a column is to be shown.
func (l Look) Wants(board, column string) bool {
	return (l.Board == "" || l.Board == board) && (l.Column == "" || column == "" || l.Column == column)
}
