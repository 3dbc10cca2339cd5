// Package falsealarm runs the whole suite on servers that do nothing wrong, and collects what it accuses them of.
//
// The servers are the mock, in every dialect there is a word for and in made-up hostile ones, and the second implementation
// in examples/alternative. Each run has other data: checks, exploration and histories depend on the seed. `make false-alarms`
// publishes what came of some 200 of them.
package falsealarm
