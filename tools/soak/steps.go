package main

// step is one request of the round that every client does over and over. The round leaves nothing behind that the
// vendors would keep for ever: what it delivers it deletes.
type step struct {
	method, path, body string // with {world}, {count}, {item}, {login} and {number} to be filled in
	status             int
	says               string // a part of the answer
	keeps              string // what the answer gives to later steps
}
