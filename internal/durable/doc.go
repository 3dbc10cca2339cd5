// Package durable shows that what serve --data and serve --cluster acknowledged survives: it runs the built binary, kills it while clients
// work, starts it again and compares. For a cluster it runs real NATS servers and kills those, too.
//
// A kill takes nothing away that the operating system has, so it shows that an answer waits for the write. That the write is synced
// before the answer leaves is shown in package mockserver/store for a directory; NATS servers are told to sync always.
package durable
