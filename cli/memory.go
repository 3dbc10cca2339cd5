package cli

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// tellCollector has the collector work harder as the process comes near to twice what --memory lets it keep: what is left is for requests
// under way. It says nothing where somebody else has set a lower limit.
func (f *serveFlags) tellCollector() {
	const least = 128 << 20
	if limit := max(2*f.memory, least); limit > 0 && limit < debug.SetMemoryLimit(-1) {
		debug.SetMemoryLimit(limit)
	}
}

// machineShare is a quarter of the memory that this process may have, as far as the machine tells: of the machine, or of the control
// group that a container gives it.
func machineShare() int64 {
	const least, otherwise, most = 32 << 20, 256 << 20, 4 << 30
	has, told := machineMemory()
	if !told {
		has = 4 * otherwise
	}
	return min(max(withinGroups(has)/4, least), most)
}

// machineMemory is what the whole machine has, as far as it tells.
func machineMemory() (bytes int64, told bool) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "MemTotal:" {
			kib, err := strconv.ParseInt(words[1], 10, 64)
			return kib << 10, err == nil
		}
	}
	return 0, false
}

// withinGroups is what is left of it by the control groups of this process, of either version.
func withinGroups(has int64) int64 {
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if bytes, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && bytes > 0 {
			has = min(has, bytes)
		}
	}
	return has
}
