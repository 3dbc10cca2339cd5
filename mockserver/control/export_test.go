package control

import "github.com/understudy-mock/understudy/mockserver/mockapi"

// SchemaNames is the schema of each operation's body, those of the APIs included.
func SchemaNames(apis []*mockapi.API) map[string]string {
	all := schemaNames()
	eachOperation(apis, func(of *mockapi.API, o mockapi.Operation) { all[o.Method+" "+pathOf(of, o)] = o.Body })
	return all
}

// Commands says of each operation that a journal keeps its method and the status of its answer.
func Commands(apis []*mockapi.API) map[string]Kept {
	all := map[string]Kept{}
	for id, c := range commands() {
		all[id] = Kept{c.method, c.status}
	}
	eachOperation(apis, func(_ *mockapi.API, o mockapi.Operation) { all[o.ID] = Kept{o.Method, o.Status} })
	return all
}

// Heartbeat is how often a stream of events gives a sign of life.
const Heartbeat = heartbeat

// Kept is what a journal keeps of an operation.
type Kept struct {
	Method string
	Status int
}

// eachOperation passes over those that are the same as one before, on another path.
func eachOperation(apis []*mockapi.API, do func(*mockapi.API, mockapi.Operation)) {
	seen := map[string]bool{}
	for _, each := range apis {
		for _, o := range each.Operations() {
			if !seen[o.ID] {
				do(each, o)
			}
			seen[o.ID] = true
		}
	}
}

// ReadersOfBodies are what bodies are read by, by operation.
func ReadersOfBodies(apis []*mockapi.API) map[string]func(string, []byte) ([]byte, error) {
	all := map[string]func(string, []byte) ([]byte, error){}
	for operation, read := range newBodies(1, apis).readers {
		all[operation] = read
	}
	return all
}
