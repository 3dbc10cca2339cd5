// Package conformance finds out whether an implementation of a documented HTTP API keeps its contract: one check per
// documented sentence, one probe per point that the documents leave open.
//
//	func TestContract(t *testing.T) {
//		conformance.Test(t, conformance.Target{API: "printshop", URL: "http://127.0.0.1:8654/print/v1", Token: "demo"})
//	}
//
// A check passes, or finds a violation, or could not find out; the three are never mixed up. What a run made it removes, what
// it was not given it does not touch, and what it could not bring about it calls unverified.
//
// It speaks HTTP to its target and knows nothing of the mock in this module. An API is a [suite.Catalog]: [APIs] names those that are
// built in, and [Catalogs] brings others.
package conformance
