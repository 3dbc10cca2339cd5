// Package address writes and reads the last part of a hook's own address.
package address

import "strings"

// Of is a hook's udid, and the world that it belongs to. Worlds that were made from the same base share their udids.
func Of(worldName, udid string) string { return udid + "." + worldName }

// Split takes an address apart. The world is empty when the address names none.
func Split(address string) (udid, worldName string) {
	udid, worldName, _ = strings.Cut(address, ".")
	return udid, worldName
}
