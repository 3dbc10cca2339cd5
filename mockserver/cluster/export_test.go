package cluster

import "time"

// Quick lets a replica take over soon, and trim its log often.
func Quick(o Options) Options {
	o.lease, o.hold, o.doubt, o.connecting, o.long = 1500*time.Millisecond, time.Minute, 30*time.Second, 3*time.Second, 64<<10
	o.probe = 100 * time.Millisecond
	return o
}

// Impatient lets a replica wait for nobody.
func Impatient(o Options) Options {
	o.connecting = 300 * time.Millisecond
	return o
}

// Crash ends what the replica does by itself, and its connection, as a kill does: it hands nothing over.
func (n *Node) Crash() {
	n.stream.conn.Close()
	n.stop()
	n.dropOwner(errLost)
}

// Has reports whether the replica has the worlds.
func (n *Node) Has() bool { return n.owner.Load() != nil }

// Believe lets the replica take its lease for valid for so long, and renew it no more, as one does whose clock stood still.
func (n *Node) Believe(d time.Duration) {
	n.stop()
	n.until.Store(&belief{time.Now(), time.Now().Add(d)})
}

// Mistrust lets the replica take its lease for over, and renew it no more, as one does that was paused and goes on.
func (n *Node) Mistrust() {
	n.stop()
	n.until.Store(&belief{time.Now().Add(-2 * time.Second), time.Now().Add(-time.Second)})
}
