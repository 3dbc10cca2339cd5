// Package falsealarm runs the whole suite on servers that do nothing wrong, and collects what it accuses them of.
//
// The servers are the mock, in every dialect there is a word for and in made-up hostile ones, and the second implementation
// in examples/alternative. Each run has other data: checks, exploration and histories depend on the seed. It is all tests:
// `make false-alarms` is a long run of one, and publishes what came of some 200 runs of the suite.
package falsealarm
