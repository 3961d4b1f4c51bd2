//go:build !linux

package browsertest

import "os/exec"

// The engines are Debian's. Elsewhere this makes the package compile, and its tests skip.

func group(*exec.Cmd) {}

func endGroup(cmd *exec.Cmd, exited <-chan struct{}) {
	cmd.Process.Kill()
	<-exited
}
