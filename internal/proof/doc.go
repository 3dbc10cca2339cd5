// Package proof holds the mock against the reference models that explorations and histories use: as a state machine of rapid's,
// and by porcupine while other clients load the server. All of it is tests; each runs with seeds that stay and with a fresh one,
// which is printed.
package proof
