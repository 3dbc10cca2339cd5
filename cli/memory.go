package cli

import (
	"os"
	"strconv"
	"strings"
)

// machineShare is a quarter of the memory that this process may have, as far as the machine tells: of the machine, or of the control
// group that a container gives it.
func machineShare() int64 {
	const least, otherwise, most = 32 << 20, 256 << 20, 4 << 30
	has := int64(4 * otherwise)
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if words := strings.Fields(line); len(words) > 1 && words[0] == "MemTotal:" {
				if kib, err := strconv.ParseInt(words[1], 10, 64); err == nil {
					has = kib << 10
				}
			}
		}
	}
	for _, file := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if bytes, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && bytes > 0 {
			has = min(has, bytes)
		}
	}
	return min(max(has/4, least), most)
}
