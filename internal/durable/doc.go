// Package durable shows that what serve --data acknowledged survives: it runs the built binary, kills it while clients work, starts it
// again on the same directory and compares.
//
// A kill takes nothing away that the operating system has, so it shows that an answer waits for the write. That the write is synced
// before the answer leaves is shown in package mockserver/store.
package durable
