package browsertest

import (
	"os/exec"
	"syscall"
	"time"
)

// This file makes a program's end the end of all that it started.

// group puts cmd at the head of a process group, and has it end if the test does.
func group(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

// endGroup ends cmd, which was started, and its process group: politely, and then for good.
func endGroup(cmd *exec.Cmd, exited <-chan struct{}) {
	syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
	select {
	case <-exited:
	case <-time.After(5 * time.Second):
	}
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	<-exited
}
