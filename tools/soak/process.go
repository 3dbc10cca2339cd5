package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// process is the running mock.
type process struct {
	cmd  *exec.Cmd
	addr string // host and port
}

// maxWorlds is low, so that worlds make room for newer ones all the time, but those that are in use.
const maxWorlds = "512"

// start returns once the mock has announced itself.
func start(ctx context.Context, binary string) (*process, error) {
	cmd := exec.CommandContext(ctx, binary, "serve", "--addr", "127.0.0.1:0", "--max-worlds", maxWorlds, "--log-level", "error")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	var ready struct {
		Addr string `json:"addr"`
	}
	if err := json.NewDecoder(out).Decode(&ready); err != nil {
		return nil, fmt.Errorf("%s did not announce itself: %w", binary, err)
	}
	return &process{cmd, ready.Addr}, nil
}

func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// resident is the memory that the process holds, in bytes.
func (p *process) resident() (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("process %d has no VmRSS", p.cmd.Process.Pid)
}
