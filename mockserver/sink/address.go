package sink

import (
	"net/url"
	"strings"
)

// Scheme begins the address of a sink of the same world, "sink:shop", wherever a URL is wanted. It stays right in copies
// of the world.
const Scheme = "sink:"

// Address is the address, within a world, of the sink with that name.
func Address(name string) string { return Scheme + name }

const (
	worldsPath = "/_understudy/v1/worlds/"
	sinksPath  = "/sinks/"
)

// Path is where a sink receives over HTTP.
func Path(world, name string) string { return worldsPath + world + sinksPath + name }

// IsPath reports whether a path is one where a sink receives.
func IsPath(path string) bool {
	rest, ok := strings.CutPrefix(path, worldsPath)
	_, name, found := strings.Cut(rest, sinksPath)
	return ok && found && IsName(name)
}

// Absolute turns the address of a sink into a URL of the server at base, and leaves other URLs as they are.
func Absolute(base, world, address string) string {
	if name, ok := strings.CutPrefix(address, Scheme); ok {
		return base + Path(world, name)
	}
	return address
}

// Locate finds the sink that an address leads to: one of the given world, or any of the server at base.
func Locate(base, world, address string) (inWorld, name string, ok bool) {
	if name, ok := strings.CutPrefix(address, Scheme); ok {
		return world, name, IsName(name)
	}
	u, err := url.Parse(address)
	if err != nil || !strings.EqualFold(u.Scheme+"://"+u.Host, base) {
		return "", "", false
	}
	rest, ok := strings.CutPrefix(u.Path, worldsPath)
	if !ok {
		return "", "", false
	}
	inWorld, name, ok = strings.Cut(rest, sinksPath)
	return inWorld, name, ok && IsName(inWorld) && IsName(name)
}

const maxName = 64

// IsName reports whether a text can be the name of a sink or a world: part of a path, whatever reads it.
func IsName(s string) bool {
	if s == "" || len(s) > maxName || s == "." || s == ".." {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '.' && c != '-' && c != '_' && c != '~' {
			return false
		}
	}
	return true
}
